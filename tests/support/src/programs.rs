//! What the programs of many scenarios do.

use std::io::Write;
use std::thread;
use std::time::Duration;

/// A handler that prints one letter.
pub fn letter(letter: char) {
    print!("{letter}");
}

/// Registers handlers that print one letter each. They run in reverse: `abc` prints `cba`.
#[track_caller]
pub fn register_letters(letters: &str) {
    for c in letters.chars() {
        atexit::register_with(letter, (c,));
    }
}

/// Prints this at once: what a test waits for, to know how far the program has come.
///
/// # Panics
///
/// If nobody reads it.
pub fn say(text: &str) {
    print!("{text}");
    std::io::stdout().flush().expect("the test reads it");
}

/// Sleeps for longer than any of these processes lives.
pub fn sleep_for_long() {
    thread::sleep(Duration::from_secs(60));
}

/// Waits until the process exits, in another thread or by a signal.
pub fn wait_until_exiting() {
    while !atexit::is_exiting() {
        thread::yield_now();
    }
}
