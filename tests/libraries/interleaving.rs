//! C and C++ too: a registration takes its own slot among C's handlers and the destructors of C++'s statics.
//!
//! The program is `c/interleaving.cpp` with the library linked into it.

use atexit_test_support::{CPLUSPLUS_THROWS, Failed, Status, Trial};

use crate::programs::{Library, Program, Units, compile, ends, is_report_of_panic, leaves, start, text};

const SIGABRT: i32 = 6;

/// What is promised, the program's name for it, the letters, and the status.
///
/// The last letters are the same in all: the annotated functions have their slot from before `main`, and the first
/// static object is constructed before that.
const PROGRAMS: &[(&str, &str, &str, i32)] = &[
    ("handlers_and_destructors_run_in_the_exact_reverse_of_registration", "interleaved", "iHgfEdCb321A", 0),
    ("what_was_unregistered_leaves_the_order_as_it_is", "unregistered_between", "gFeDB321A", 0),
    ("run_at_the_end_of_main_runs_everything_while_all_is_alive", "run_at_the_end_of_main", "ca321|BA", 0),
    ("what_the_first_destructor_registers_runs_next", "register_in_first_destructor", "ECdBa321A", 0),
    #[cfg(target_env = "gnu")]
    ("what_a_later_destructor_registers_runs_next", "register_in_later_destructor", "fECdBa321A", 0),
    ("what_a_handler_gives_to_atexit_of_c_runs_next", "handler_calls_atexit", "ecDBa321A", 0),
    ("what_a_handler_constructs_outlives_what_it_registers_then", "handler_constructs", "fceDBa321A", 0),
    #[cfg(target_env = "gnu")]
    ("exit_in_a_handler_still_destroys_what_is_older", "handler_exits", "eDcBa321A", 5),
    #[cfg(target_env = "gnu")]
    ("exit_in_a_destructor_still_runs_and_destroys_what_is_older", "destructor_exits", "DCBa321A", 5),
    // Elsewhere what comes late has no slot of its own: our next one has it.
    #[cfg(not(target_env = "gnu"))]
    ("what_a_later_destructor_registers_runs_at_the_next_slot", "register_in_later_destructor", "fECBda321A", 0),
    // Nor can C's `exit` be called again, so that nothing more is destroyed.
    #[cfg(not(target_env = "gnu"))]
    ("exit_in_a_handler_still_runs_what_is_older", "handler_exits", "eDca321", 5),
];

/// The same, of those that throw exceptions of C++.
const THROWING: &[(&str, &str, &str, i32)] = &[
    ("an_exception_that_a_handler_catches_is_nobody_elses", "handler_catches", "ba321A", 0),
    ("terminate_runs_the_handlers_where_it_exits", "terminates_by_exit", "Ba321A", 5),
];

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = PROGRAMS.iter().map(in_order).collect();
    trials.push(Trial::test("a_panic_in_a_handler_does_not_reach_cplusplus", panic_is_contained));
    if CPLUSPLUS_THROWS {
        trials.extend(THROWING.iter().map(in_order));
        trials.push(Trial::test("an_exception_that_leaves_a_handler_aborts", || aborts("handler_throws", "c")));
        trials.push(Trial::test("terminate_aborts", || aborts("terminates", "")));
    }
    trials
}

fn in_order(&(promise, name, letters, status): &(&'static str, &'static str, &'static str, i32)) -> Trial {
    Trial::test(promise, move || {
        let mut command = start(&INTERLEAVING)?;
        command.arg(name);
        leaves(command, letters, status)
    })
}

fn panic_is_contained() -> Result<(), Failed> {
    let mut command = start(&INTERLEAVING)?;
    command.arg("handler_panics");
    ends(command, "cBa321A", Status::Code(0), is_report_of_panic)
}

fn aborts(name: &str, letters: &str) -> Result<(), Failed> {
    let mut command = start(&INTERLEAVING)?;
    command.arg(name);
    ends(command, letters, Status::Signal(SIGABRT), |stderr| !stderr.is_empty())
}

static INTERLEAVING: Program = Program::new(|| {
    let archive = Library::get().map_err(text)?.archive(Units::Dev);
    let archive = archive.to_string_lossy();
    compile("interleaving.cpp", "interleaving", &["-Wl,--whole-archive", &archive, "-Wl,--no-whole-archive"])
});
