//! However it ends: the ways in which a process can end, and what stands around the end. Prints the table of ends.

mod c;
mod exit;
mod fork;
mod guard;
mod hook;
mod late;
mod memory;
mod surroundings;
mod table;
mod threads;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Mutex;

use atexit::atexit;
use atexit_test_support::Scenario;

/// Every scenario of this binary ends with it, if handlers run and it isn't taken back: it is registered before `main`.
#[atexit]
fn declared() -> io::Result<()> {
    if !atexit_test_support::is_scenario() {
        return Ok(());
    }
    print!("D");
    let function = AT_THE_BASE.lock().unwrap().take();
    if let Some(function) = function {
        function();
    }
    // Rust doesn't do that when C's `exit` ends the process.
    io::stdout().flush()
}

static AT_THE_BASE: Mutex<Option<Box<dyn FnOnce() + Send>>> = Mutex::new(None);

#[cfg(unix)]
/// Calls `function` where declared handlers run: when the end has reached the last of our places.
fn at_the_base(function: impl FnOnce() + Send + 'static) {
    *AT_THE_BASE.lock().unwrap() = Some(Box::new(function));
}

fn main() -> ExitCode {
    let scenarios: [Vec<Scenario>; 9] = [
        exit::scenarios(),
        guard::scenarios(),
        hook::scenarios(),
        late::scenarios(),
        memory::scenarios(),
        surroundings::scenarios(),
        threads::scenarios(),
        fork::scenarios(),
        c::scenarios(),
    ];
    atexit_test_support::main_with_table(table::rows(), scenarios.into_iter().flatten().collect(), threads::trials)
}

/// A handler that prints one letter.
fn letter(letter: char) {
    print!("{letter}");
}

/// Registers handlers that print one letter each.
fn register_letters(letters: &str) {
    for c in letters.chars() {
        atexit::register_with(letter, (c,));
    }
}
