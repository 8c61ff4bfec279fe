//! Ending by a signal: real signals, sent to real processes by others and by themselves.
#![cfg_attr(not(unix), allow(missing_docs))]

#[cfg(unix)]
mod ending;
#[cfg(unix)]
mod examples;
#[cfg(unix)]
mod installing;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod timing;

use std::process::ExitCode;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(unix)]
fn main() -> ExitCode {
    let scenarios = [ending::scenarios(), installing::scenarios(), timing::scenarios()];
    let trials = || {
        let trials = [ending::trials(), installing::trials(), timing::trials(), examples::trials()];
        trials.into_iter().flatten().collect()
    };
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), trials)
}

/// There are no such signals here.
#[cfg(not(unix))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}

/// The handler of every scenario that runs last: it says which signal it was, if any.
#[cfg(unix)]
#[atexit::atexit]
fn declared() -> std::io::Result<()> {
    use std::io::Write;

    match atexit::signals::received() {
        Some(signal) => print!("D{signal}"),
        None if atexit_test_support::is_scenario() => print!("D"),
        None => {}
    }
    std::io::stdout().flush()?;
    if EXITS.load(Ordering::Relaxed) {
        atexit::exit(3);
    }
    Ok(())
}

#[cfg(unix)]
static EXITS: AtomicBool = AtomicBool::new(false);

/// Has the handler that runs last end the process with status 3.
#[cfg(unix)]
fn exit_in_the_last_handler() {
    EXITS.store(true, Ordering::Relaxed);
}

/// Registers handlers that print one letter each.
#[cfg(unix)]
fn register_letters(letters: &str) {
    for letter in letters.chars() {
        atexit::register(move || print!("{letter}"));
    }
}

/// Tells the test that the program has come so far.
#[cfg(unix)]
fn say(text: &str) {
    use std::io::Write;

    print!("{text}");
    std::io::stdout().flush().expect("the test reads it");
}
