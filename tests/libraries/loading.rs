//! `dlopen`: a library with handlers runs them when it is unloaded, or else at exit.
//!
//! The programs are `c/loading.c`, in which what is left while a library is unloaded stands in round brackets, and
//! `host`, which is in Rust and has handlers of its own. What is left at exit stands after the bar.

#[cfg(target_env = "musl")]
mod kept;
#[cfg(not(target_env = "musl"))]
mod unloaded;

use std::process::Command;

use atexit_test_support::{Build, Failed, Status, Trial};

#[cfg(target_env = "musl")]
use kept as rows;
#[cfg(not(target_env = "musl"))]
use unloaded as rows;

use crate::programs::{Library, Program, compile, ends, is_report_of_panic, leaves, start, text};

pub(crate) fn trials() -> Vec<Trial> {
    let in_c = rows::IN_C.map(|(promise, name, letters, status)| {
        Trial::test(promise, move || leaves(loading(start(&LOADING)?, name)?, letters, status))
    });
    let in_rust = rows::IN_RUST.map(|(promise, name, letters, status)| {
        Trial::test(promise, move || leaves(loading(start(&HOST)?, name)?, letters, status))
    });
    let panic = Trial::test("a_panic_in_a_handler_does_not_reach_dlclose", || {
        ends(loading(start(&LOADING)?, "handler_panics")?, rows::PANIC, Status::Code(0), is_report_of_panic)
    });
    let deadline = Trial::test("a_deadline_holds_for_the_handlers_of_a_library", || {
        let is_named = |report: &str| report.contains("is still running") && report.contains("is still pending");
        ends(loading(start(&LOADING)?, "closed_too_late")?, rows::DEADLINE, Status::Code(124), is_named)
    });
    let signals = Trial::test("a_library_that_has_installed_signals_stays", || {
        let program = loading(start(&LOADING)?, "signals_installed_and_closed")?;
        ends(program, "()a321", Status::Signal(libc::SIGTERM), str::is_empty)
    });
    in_c.into_iter().chain(in_rust).chain([panic, deadline, signals]).chain(rows::races()).collect()
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
