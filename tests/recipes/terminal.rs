//! What the recipe for a terminal leaves in one that the test makes.

use std::fs::File;
use std::io::{self, Read, Write};
use std::process::Command;

use atexit_test_support::{Failed, Process, SIGTERM, Status, Trial, open_terminal, same, scratch};
use rustix::termios::tcgetattr;

use crate::programs::program;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("terminal_is_as_before_after_the_keys_of_ctrl_c", || {
            is_as_before("terminal_keys", Status::Code(0), |mut user, _| user.write_all(b"abc\x03"))
        }),
        Trial::test("terminal_is_as_before_after_sigterm", || {
            is_as_before("terminal_sigterm", Status::Signal(SIGTERM), |_, process| process.signal(SIGTERM))
        }),
    ]
}

/// Runs the program in a terminal, ends it, and compares the terminal's settings.
fn is_as_before(test: &str, status: Status, end: fn(&File, &Process) -> io::Result<()>) -> Result<(), Failed> {
    let (user, terminal) = open_terminal()?;
    let settings = || tcgetattr(&terminal).map(|settings| format!("{settings:#?}"));
    let before = settings()?;
    let process = start(program("terminal", &scratch(test), "")?, &terminal)?;
    let mut shown = String::new();
    while !shown.contains("Ctrl-C ends it.") {
        let mut bytes = [0; 64];
        let count = (&user).read(&mut bytes)?;
        shown += &String::from_utf8_lossy(&bytes[..count]);
    }
    if settings()? == before {
        return Err("it should be in raw mode while it runs".into());
    }
    end(&user, &process)?;
    same("the exit", process.end()?.status.to_string(), &status.to_string())?;
    same("the terminal's settings", settings()?, &before)
}

fn start(mut program: Command, terminal: &File) -> io::Result<Process> {
    program.stdin(terminal.try_clone()?).stdout(terminal.try_clone()?).stderr(terminal.try_clone()?);
    Process::start_as_it_is(program)
}
