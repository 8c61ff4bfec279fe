//! `panic = "abort"`: all is as it is elsewhere, but a panic can't be caught.
//!
//! The program is `aborts` in the fixture.

use std::process::Command;

use atexit_test_support::{Build, Failed, Status, Trial};

use crate::programs::{Program, ends, leaves, start, text};

const SIGABRT: i32 = 6;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("without_unwinding_all_handlers_run", || leaves(aborting("returns")?, "ba1", 0)),
        Trial::test("without_unwinding_exit_in_a_handler_runs_the_rest", || leaves(aborting("exits")?, "ba1", 5)),
        Trial::test("without_unwinding_the_last_exit_counts", || leaves(aborting("exits_twice")?, "ba1", 6)),
        Trial::test("without_unwinding_an_error_is_reported_and_the_rest_run", || {
            ends(aborting("fails")?, "ba1", Status::Code(0), |stderr| {
                stderr.starts_with("atexit: handler aborts::main") && stderr.ends_with("failed: \"as a handler may\"\n")
            })
        }),
        Trial::test("without_unwinding_a_panic_in_a_handler_aborts", || {
            ends(aborting("panics")?, "b", Status::Signal(SIGABRT), |stderr| stderr.contains("as a handler may"))
        }),
    ]
}

fn aborting(name: &str) -> Result<Command, Failed> {
    let mut command = start(&ABORTS)?;
    command.arg(name);
    Ok(command)
}

static ABORTS: Program = Program::new(|| {
    let arguments = ["--package", "aborts", "--config", "profile.dev.panic=\"abort\""];
    Build::new("libraries", &arguments).executable("aborts").map_err(text)
});
