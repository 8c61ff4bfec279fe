//! What the programs of several scenarios do.

use std::io::Write;
use std::thread;
use std::time::Duration;

/// Registers handlers that print one letter each.
pub(crate) fn register_letters(letters: &str) {
    for letter in letters.chars() {
        atexit::register(move || print!("{letter}"));
    }
}

/// Tells the test that the program has come so far.
pub(crate) fn say(text: &str) {
    print!("{text}");
    std::io::stdout().flush().expect("the test reads it");
}

/// Sends a signal to this process.
#[cfg(unix)]
pub(crate) fn send(signal: i32) {
    // SAFETY: it only sends a signal.
    assert_eq!(unsafe { libc::kill(libc::getpid(), signal) }, 0);
}

/// Sends a signal to this process, and waits until it has ended the process.
#[cfg(unix)]
pub(crate) fn send_and_wait(signal: i32) {
    send(signal);
    sleep_for_long();
}

/// Longer than any of these processes lives.
pub(crate) fn sleep_for_long() {
    thread::sleep(Duration::from_secs(60));
}

/// Waits until the process exits, in another thread or by a signal.
pub(crate) fn wait_until_exiting() {
    while !atexit::is_exiting() {
        thread::yield_now();
    }
}
