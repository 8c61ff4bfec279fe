//! `dlopen`: a library with handlers runs them when it is unloaded, or else at exit.
//!
//! The programs are `c/loading.c`, in which what is left while a library is unloaded stands in round brackets, and
//! `host`, which is in Rust and has handlers of its own. What is left at exit stands after the bar.

use std::process::Command;

use atexit_test_support::{Build, Failed, Status, Trial};

use crate::programs::{Library, Program, compile, ends, is_report_of_panic, leaves, start, text};

/// What is promised, the C program's name for it, the letters, and the status.
const IN_C: [(&str, &str, &str, i32); 16] = [
    ("the_handlers_of_a_library_run_when_it_is_unloaded", "closed", "(ba321)|X", 0),
    ("the_handlers_of_a_library_that_stays_run_at_exit_in_their_slots", "left_open", "|bCa321X", 0),
    // glibc doesn't unload what a living thread will call a destructor of.
    ("a_library_that_a_thread_local_keeps_runs_its_handlers_at_exit", "kept_by_a_thread_local", "()|ba321", 0),
    ("a_library_that_is_loaded_again_begins_anew", "loaded_again", "(a321)(b321)(c321)|d321", 0),
    ("what_was_unregistered_does_not_run_when_the_library_is_unloaded", "unregistered", "(a321)|", 0),
    ("a_deadline_does_not_hold_up_unloading", "closed_in_time", "(a321)|", 0),
    ("two_libraries_keep_their_handlers_apart_and_in_order", "two_loaded", "|dcba321321", 0),
    ("to_unload_one_of_two_libraries_runs_its_handlers_alone", "one_of_two_closed", "(ca321)|db321", 0),
    ("a_handler_may_unload_another_library", "one_closes_the_other", "|c(a321)b321", 0),
    ("exit_in_a_handler_of_a_library_that_is_unloaded_runs_the_rest", "exit_while_unloaded", "(ba321X", 5),
    ("a_library_that_is_loaded_at_exit_runs_its_handlers", "loaded_at_exit", "|a321", 0),
    ("a_forked_child_inherits_the_handlers_of_a_library", "forked", "[|a321]|a321", 0),
    ("threads_and_forks_work_after_a_library_was_unloaded", "alive_after_closing", "(ba321)t[|XX]|XX", 0),
    ("the_handlers_run_on_the_thread_that_unloads", "closed_on_a_thread", "(ba321)|", 0),
    // The loader's lock is held, for which a thread would wait.
    ("to_unload_a_library_runs_what_is_to_run_on_a_thread_in_place", "on_thread_closed", "(boa321)|", 0),
    ("a_library_that_stays_runs_a_handler_on_a_thread_at_exit", "on_thread_left_open", "|boa321", 0),
];

/// The same of the program in Rust.
const IN_RUST: [(&str, &str, &str, i32); 4] = [
    ("two_runtimes_in_one_process_keep_one_order", "returns", "|dcba3219", 0),
    ("to_unload_a_library_leaves_the_handlers_of_the_program", "closes", "(db321)|ca9", 0),
    ("a_handler_of_the_program_may_unload_a_library", "closes_at_exit", "|(db321)ca9", 0),
    ("exit_of_a_library_in_a_handler_of_the_program_runs_the_rest", "exits_by_the_library", "|dcba3219", 5),
];

pub(crate) fn trials() -> Vec<Trial> {
    let in_c = IN_C.map(|(promise, name, letters, status)| {
        Trial::test(promise, move || leaves(loading(start(&LOADING)?, name)?, letters, status))
    });
    let in_rust = IN_RUST.map(|(promise, name, letters, status)| {
        Trial::test(promise, move || leaves(loading(start(&HOST)?, name)?, letters, status))
    });
    let panic = Trial::test("a_panic_in_a_handler_does_not_reach_dlclose", || {
        ends(loading(start(&LOADING)?, "handler_panics")?, "(ba321)|", Status::Code(0), is_report_of_panic)
    });
    let deadline = Trial::test("a_deadline_holds_while_a_library_is_unloaded", || {
        let is_named = |report: &str| report.contains("is still running") && report.contains("is still pending");
        ends(loading(start(&LOADING)?, "closed_too_late")?, "(b", Status::Code(124), is_named)
    });
    // Of the two handlers that are left, one is running on the thread that unloads, and waits for the exit.
    let exit = Trial::test("exit_while_a_library_is_unloaded_runs_the_rest_a_hundred_times", || {
        (0..100).try_for_each(|_| leaves(loading(start(&LOADING)?, "exit_while_closed")?, "nsNL", 0))
    });
    let unloading = Trial::test("a_library_that_is_unloaded_runs_what_is_left_beside_the_exit_a_hundred_times", || {
        (0..100).try_for_each(|_| leaves(loading(start(&LOADING)?, "exit_beside_unloading")?, "cfoF", 0))
    });
    in_c.into_iter().chain(in_rust).chain([panic, deadline, exit, unloading]).collect()
}

/// The program, which is to be `name` and to load the library.
pub(crate) fn loading(mut program: Command, name: &str) -> Result<Command, Failed> {
    let library = Library::get()?;
    program.arg(name).arg(library.file()).arg(library.other_file());
    Ok(program)
}

/// `c/loading.c`.
pub(crate) static LOADING: Program = Program::new(|| compile("loading.c", "loading", &[]));

static HOST: Program =
    Program::new(|| Build::new("libraries", &["--package", "host"]).executable("host").map_err(text));
