//! What the program leaves in its terminal.

mod pty;
mod screen;

use std::path::Path;
use std::process::Command;

use atexit_test_support::{End, Failed, Process, Status, Trial, after_each_end, child, same};
use pty::Pty;
use screen::Screen;

/// What the program shows once it waits for a key or a signal.
const READY: &str = "Type. Ctrl-C or q ends it.";

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = after_each_end("the_terminal_is_as_before", is_as_before);
    trials.push(Trial::test("the_terminal_is_as_before_after_the_key_q", || is_as_before_after_key(b"q")));
    trials.push(Trial::test("the_terminal_is_as_before_after_the_keys_of_ctrl_c", || is_as_before_after_key(b"\x03")));
    trials.push(Trial::test("the_terminal_is_as_before_after_a_panic_on_another_thread", || {
        let pty = Pty::open()?;
        let mut program = program();
        // It then returns, though it is told to wait, too.
        program.arg("panic_elsewhere");
        let process = start(&pty, End::Terminate, program)?;
        has_left(pty, process, Status::Code(0), MESSAGE)
    }));
    trials
}

fn is_as_before(how: End) -> Result<(), Failed> {
    let pty = Pty::open()?;
    let process = start(&pty, how, program())?;
    if let Some(signal) = how.signal() {
        pty.wait_for(READY)?;
        if pty.settings()? == pty.before {
            return Err("it should change the terminal's settings while it runs".into());
        }
        process.signal(signal)?;
    }
    has_left(pty, process, how.status(), message(how))
}

/// A terminal in raw mode sends no signal at Ctrl-C: it's a key.
fn is_as_before_after_key(key: &[u8]) -> Result<(), Failed> {
    let pty = Pty::open()?;
    let process = start(&pty, End::Terminate, program())?;
    pty.wait_for(READY)?;
    pty.write(b"abc")?;
    pty.wait_for("abc")?;
    pty.write(key)?;
    has_left(pty, process, Status::Code(0), &[])
}

fn program() -> Command {
    child(Path::new(env!("CARGO_BIN_EXE_terminal")))
}

fn start(pty: &Pty, how: End, program: Command) -> Result<Process, Failed> {
    let mut program = how.command(program);
    pty.give_to(&mut program)?;
    Ok(Process::start_as_it_is(program)?)
}

/// How the lines begin that a panic prints.
const MESSAGE: &[&str] = &["thread '", "the end", "note: run with"];

/// How the lines begin that are on the normal screen when it has ended so.
fn message(how: End) -> &'static [&'static str] {
    match how {
        End::Err => &["Error: \"the end\""],
        End::Panic => MESSAGE,
        _ => &[],
    }
}

/// It ends with that status, and the terminal is as before but for these lines.
fn has_left(pty: Pty, process: Process, status: Status, lines: &[&str]) -> Result<(), Failed> {
    same("how it ended", process.end()?.status.to_string(), &status.to_string())?;
    same("the terminal's settings", pty.settings()?, &pty.before)?;

    let output = pty.output()?;
    let screen = Screen::showing(&output);
    // A line that doesn't end as it should begins where the one before ended.
    let shown: Vec<&str> = screen.normal.split("\r\n").filter(|line| !line.is_empty()).collect();
    let wrong = if !screen.alternate.contains(READY) {
        "it should use the alternate screen"
    } else if screen.is_alternate {
        "the normal screen should be back"
    } else if screen.is_cursor_hidden {
        "the cursor should be shown"
    } else if shown.len() != lines.len() || !shown.iter().zip(lines).all(|(shown, line)| shown.starts_with(line)) {
        "the normal screen should show these lines"
    } else {
        return Ok(());
    };
    Err(format!("{wrong}: {lines:?}\n{screen:?}\n{:?}", String::from_utf8_lossy(&output)).into())
}
