//! A terminal that is left as it was however the program ends.
//!
//! After a panic, `std::process::exit`, Ctrl-C or `SIGTERM`, a program in raw mode on the alternate screen leaves a
//! broken terminal: what is typed doesn't show, lines don't begin at the left, the cursor is gone. And the message of
//! the panic disappears together with the alternate screen.
//!
//! Here a guard leaves the screen: when `main` returns, before an error is printed; or else when the program exits. The
//! panic hook leaves it before it prints.

use std::error::Error;
use std::io::{self, Write, stdout};
use std::panic;
use std::time::Duration;

use atexit::Guard;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::style::Print;
use crossterm::terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{execute, queue};

/// Switches to the alternate screen until the guard is dropped or the program exits.
fn enter() -> io::Result<Guard> {
    // Before anything is changed, so that it also undoes what was done before an error.
    let guard = atexit::guard(leave);
    let print_message = panic::take_hook();
    panic::set_hook(Box::new(move |message| {
        let _ = leave();
        print_message(message);
    }));

    let mut out = stdout().lock();
    // If the exit begins after this, then `leave` waits for the lock.
    if atexit::is_exiting() {
        return Err(io::Error::other("the program exits"));
    }
    terminal::enable_raw_mode()?;
    execute!(out, EnterAlternateScreen, Hide)?;
    Ok(guard)
}

/// Does nothing if it was left before.
fn leave() -> io::Result<()> {
    // Waits for a thread that is drawing. No other draws after this.
    let mut out = stdout().lock();
    if terminal::is_raw_mode_enabled()? {
        execute!(out, Show, LeaveAlternateScreen)?;
        terminal::disable_raw_mode()?;
    }
    Ok(())
}

/// Draws, unless the screen was left: by a signal's handler or by a panic, on another thread. Returns whether it did.
fn draw(text: &str) -> io::Result<bool> {
    let mut out = stdout().lock();
    if !terminal::is_raw_mode_enabled()? {
        return Ok(false);
    }
    queue!(out, Clear(ClearType::All), MoveTo(0, 0), Print("Type. Ctrl-C or q ends it."))?;
    queue!(out, MoveTo(0, 2), Print(text))?;
    out.flush()?;
    Ok(true)
}

fn main() -> Result<(), Box<dyn Error>> {
    // In raw mode Ctrl-C is a key like others. But others can send the signal, and SIGTERM.
    atexit::install()?;

    // Dropped when `main` returns.
    let _screen = enter()?;
    draw("")?;
    // `show_what_is_typed()?` in your program. This ends as a test tells it to, or does that.
    for_tests::end_as_told(show_what_is_typed)
}

fn show_what_is_typed() -> Result<(), Box<dyn Error>> {
    let mut typed = String::new();
    while draw(&typed)? {
        if !event::poll(Duration::from_millis(50))? {
            continue;
        }
        let Event::Key(key) = event::read()? else { continue };
        match key.code {
            KeyCode::Char('q') => break,
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => break,
            KeyCode::Char(character) if key.kind == KeyEventKind::Press => typed.push(character),
            _ => {}
        }
    }
    Ok(())
}

// For the tests: meanwhile `main` tries to draw, and then this does.
for_tests::try_after_all_handlers!(draw("too late"));
