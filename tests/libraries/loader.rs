//! Exiting while the loader's lock is held: a handler that is to run on a thread of its own runs in place, if the
//! thread would wait for that lock.
//!
//! The program is `locked` in the fixture, which says what its letters mean. `9` is its annotated function, which is to
//! run on a thread, too. The other letters are handlers of a library that has a runtime of its own.

use std::process::Command;

use atexit_test_support::{Build, Failed, PANICKED, SIGTERM, Status, Trial};

use crate::programs::{Library, Program, compile, ends, start, text};

/// What is promised, what the program does, what is pending in it, options, the letters, and the status.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Status);

const EXITS: Status = Status::Code(3);
const RETURNS: Status = Status::Code(0);
const DIES: Status = Status::Signal(SIGTERM);

const ROWS: &[Row] = &[
    ("exit_in_a_constructor_runs_a_handler_for_a_thread", "loads", "a(b)c", "", "cba9", EXITS),
    ("exit_in_a_constructor_runs_two_handlers_for_threads", "loads", "a(b)c(d)", "", "dcba9", EXITS),
    ("exit_in_a_constructor_runs_five_handlers_for_threads", "loads", "(abcde)", "", "edcba9", EXITS),
    ("exit_in_a_constructor_runs_handlers_with_thread_locals", "loads", "[a]b[c]", "", "cba9", EXITS),
    ("exit_in_a_constructor_on_a_thread_runs_all", "loads_on_a_thread", "a(bc)", "", "cba9", EXITS),
    ("our_exit_in_a_constructor_runs_all", "loads_and_exits_by_atexit", "a(bc)", "", "cba9", EXITS),
    ("exit_in_a_constructor_needs_no_deadline", "loads", "a(b)c", "late deadline", "cba9", EXITS),
    ("exit_in_a_constructor_beside_signals_runs_all", "loads", "a(b)c", "signals", "cba9", EXITS),
    ("exit_in_a_handler_for_a_thread_runs_the_rest", "loads", "a(b4)c", "", "c4ba9", Status::Code(4)),
    ("exit_in_a_destructor_runs_a_handler_for_a_thread", "unloads", "a(b)c", "", "cba9", EXITS),
    ("exit_in_a_destructor_runs_two_handlers_for_threads", "unloads", "a(b)c(d)", "", "dcba9", EXITS),
    ("exit_in_a_destructor_runs_five_handlers_for_threads", "unloads", "(abcde)", "", "edcba9", EXITS),
    ("exit_in_a_destructor_runs_handlers_with_thread_locals", "unloads", "[a]b[c]", "", "cba9", EXITS),
    ("exit_in_a_destructor_on_a_thread_runs_all", "unloads_on_a_thread", "a(bc)", "", "cba9", EXITS),
    ("exit_in_a_destructor_needs_no_deadline", "unloads", "a(b)c", "late deadline", "cba9", EXITS),
    ("exit_in_a_destructor_beside_signals_runs_all", "unloads", "a(b)c", "signals", "cba9", EXITS),
    ("exit_of_a_library_that_is_unloaded_runs_all", "unloads_handlers", "a(b)c(d)", "", "o321dcba9", EXITS),
    ("exit_of_a_library_needs_no_deadline", "unloads_handlers", "(abcde)", "late deadline", "o321edcba9", EXITS),
    ("exit_of_a_library_beside_signals_runs_all", "unloads_handlers", "[a](bc)", "signals", "o321cba9", EXITS),
    ("exit_in_a_handler_of_a_library_runs_all", "unloads_handlers_and_exits", "a(b)c(d)", "", "o321dcba9", EXITS),
    // The older one, `|`, lets the constructor return.
    ("a_constructor_on_another_thread_is_not_waited_for", "is_beside_loading", "a(b)c(d)", "", "dcba|9", RETURNS),
    ("a_signal_in_a_constructor_runs_all", "loads_and_is_terminated", "a(b)c(d)", "signals", "dcba9", DIES),
];

pub(crate) fn trials() -> Vec<Trial> {
    let row = |&(promise, way, pending, options, letters, status): &'static Row| {
        Trial::test(format!("with_the_loader_locked_{promise}"), move || {
            ends(locked(way, pending, options)?, letters, status, str::is_empty)
        })
    };
    let reports = ["loads", "unloads", "unloads_handlers"].map(|way| {
        Trial::test(format!("with_the_loader_locked_failed_handlers_are_reported_by_what_{way}"), move || fails(way))
    });
    let deadline = Trial::test("with_the_loader_locked_the_deadline_ends_a_handler_for_a_thread", || {
        let is_named = |report: &str| report.contains("is still running") && report.contains("is still pending");
        ends(locked("loads", "a(z)c", "early deadline")?, "cz", Status::Code(124), is_named)
    });
    ROWS.iter().map(row).chain(reports).chain([deadline]).collect()
}

/// The newest handler fails, and a later one panics: both are reported, and the rest run.
fn fails(way: &str) -> Result<(), Failed> {
    let library = if way == "unloads_handlers" { "o321" } else { "" };
    let are_named = |stderr: &str| {
        let reports: Vec<&str> = stderr.lines().filter(|line| line.starts_with("atexit: handler locked::")).collect();
        matches!(reports[..], [error, panic]
            if error.ends_with(" failed: \"as a handler may\"") && panic.ends_with(PANICKED))
    };
    ends(locked(way, "a(!)b(?)", "")?, &format!("{library}?b!a9"), EXITS, are_named)
}

fn locked(way: &str, pending: &str, options: &str) -> Result<Command, Failed> {
    let mut command = start(&LOCKED)?;
    let calling = CALLING.as_ref().map_err(Failed::from)?;
    command.args([way, pending, options]).arg(calling).arg(Library::get()?.file());
    Ok(command)
}

static LOCKED: Program =
    Program::new(|| Build::new("libraries", &["--package", "locked"]).executable("locked").map_err(text));

static CALLING: Program = Program::new(|| compile("calling.c", "calling.so", &["-shared"]));
