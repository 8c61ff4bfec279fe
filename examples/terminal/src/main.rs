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
use std::time::Duration;
use std::{env, panic, process, thread};

use atexit::{Guard, atexit};
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
    #[cfg(unix)]
    atexit::signals::install()?;

    // Dropped when `main` returns.
    let _screen = enter()?;
    draw("")?;
    end(env::args().nth(1).as_deref())
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

/// Ends the program as the test asks for. Otherwise it goes on until a key or a signal comes.
fn end(how: Option<&str>) -> Result<(), Box<dyn Error>> {
    match how {
        Some("return") => Ok(()),
        Some("err") => Err("the end".into()),
        Some("panic") => panic!("the end"),
        Some("exit") => process::exit(3),
        Some("panic_elsewhere") => {
            let _ = thread::spawn(|| panic!("the end")).join();
            show_what_is_typed()
        }
        _ => show_what_is_typed(),
    }
}

/// Stands for other handlers, which run later: meanwhile `main` goes on, and would draw.
#[atexit]
fn others() {
    thread::sleep(Duration::from_millis(200));
}
