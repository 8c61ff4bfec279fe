//! `dlmopen`: a library in a namespace of its own is unloaded like any other.
//!
//! The program is `c/namespaces.c`, which says what brackets mean. Of capital letters, `X` is a handler of the program,
//! `C` one that the library has given to C, and `A` and `B` are destructors of statics of C++ in the library. `o` is a
//! handler that is to run on a thread of its own.
//!
//! A new namespace has another C library, whose list nobody goes through when the program exits: what the library has
//! there comes with the library's finalizers, after the whole list of the program. And `exit` of that C library goes
//! through its own list alone.

use std::process::Command;

use atexit_test_support::{Failed, Status, Trial};

use crate::programs::{Library, Program, Units, compile, ends, is_report_of_panic, leaves, start, text};

/// What is promised, the program's name for it, what is left where the library is in a new namespace, and what where it
/// is in that of the program, and the status.
type Row = (&'static str, &'static str, &'static str, &'static str, i32);

const ROWS: &[Row] = &[
    ("runs_its_handlers_between_those_of_c_and_cplusplus", "closed", "(cCbBa321A)|X", "(cCbBa321A)|X", 0),
    ("runs_a_handler_for_a_thread_when_it_is_unloaded", "on_thread_closed", "(oboa321A)|X", "(oboa321A)|X", 0),
    ("that_a_thread_unloads_runs_all", "closed_on_a_thread", "(cCbBao321A)|X", "(cCbBao321A)|X", 0),
    ("that_stays_runs_its_handlers_at_exit", "left_open", "|XcCbBa321A", "|cCbBa321AX", 0),
    ("that_stays_runs_a_handler_for_a_thread_at_exit", "on_thread_left_open", "|Xboa321A", "|boa321AX", 0),
    ("that_a_thread_local_keeps_runs_all_at_exit", "kept_by_a_thread_local", "()|XcCbBa321A", "()|cCbBa321AX", 0),
    ("runs_all_when_it_is_told_to", "run", "cba321-(CBA)|X", "cba321-(CBA)|X", 0),
    ("has_left_nothing_when_it_is_loaded_again", "loaded_again", LOADED_AGAIN, LOADED_AGAIN, 0),
    ("exits_in_a_handler_when_it_is_unloaded", "exit_while_unloaded", "(cCbBa321A", "(cCbBa321AX", 3),
    ("exits", "exit_by_library", "cCbBa321A", "cCbBa321AX", 3),
];

const LOADED_AGAIN: &str = "(cCbBao321A)(cCbBao321A)(cCbBao321A)(cCbBao321A)(cCbBao321A)|X";

pub(crate) fn trials() -> Vec<Trial> {
    let in_new = ROWS.iter().map(|&(promise, name, letters, _, status)| {
        let promise = format!("a_library_in_a_namespace_of_its_own_{promise}");
        Trial::test(promise, move || leaves(loading(name, "new")?, letters, status))
    });
    // As a program loads libraries else, so that only the namespace makes the difference.
    let in_base = ROWS.iter().map(|&(promise, name, _, letters, status)| {
        let promise = format!("a_library_in_the_namespace_of_the_program_{promise}");
        Trial::test(promise, move || leaves(loading(name, "base")?, letters, status))
    });
    let others = [
        Trial::test("libraries_in_two_namespaces_are_unloaded_one_by_one", || {
            leaves(loading("two_closed", "new")?, "(oa321A)(ob321A)|X", 0)
        }),
        Trial::test("libraries_in_two_namespaces_run_their_handlers_at_exit", || {
            leaves(loading("two_left_open", "new")?, "|Xb321Aa321A", 0)
        }),
        Trial::test("a_panic_in_a_namespace_of_its_own_is_reported", || {
            ends(loading("panics", "new")?, "(ba321A)|X", Status::Code(0), is_report_of_panic)
        }),
    ];
    in_new.chain(in_base).chain(others).collect()
}

fn loading(name: &str, namespace: &str) -> Result<Command, Failed> {
    let mut command = start(&NAMESPACES)?;
    command.args([name, namespace]).arg(LIBRARY.as_ref().map_err(Failed::from)?);
    Ok(command)
}

static NAMESPACES: Program = Program::new(|| compile("namespaces.c", "namespaces", &[]));

/// The library with C++ in it.
static LIBRARY: Program = Program::new(|| {
    let archive = Library::get().map_err(text)?.archive(Units::Dev);
    let archive = archive.to_string_lossy();
    compile("objects.cpp", "objects.so", &["-shared", "-Wl,--whole-archive", &archive, "-Wl,--no-whole-archive"])
});
