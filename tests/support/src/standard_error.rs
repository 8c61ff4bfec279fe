//! Standard error that can't be written to, or that someone keeps for himself.

use std::io;
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd};
use std::sync::mpsc;
use std::thread;

use crate::programs::sleep_for_long;

/// Has another thread lock standard error, which never unlocks it.
///
/// # Panics
///
/// If no thread can be started.
pub fn lock_standard_error_forever() {
    let (locked, wait) = mpsc::channel();
    thread::spawn(move || {
        let _locked = io::stderr().lock();
        // The other one waits for it.
        let _ = locked.send(());
        sleep_for_long();
    });
    wait.recv().expect("the thread locks it");
}

/// From now on, what this process writes to standard error goes there.
///
/// # Panics
///
/// If the system refuses that.
#[cfg(unix)]
pub fn replace_standard_error(with: impl AsFd) {
    // SAFETY: both files are open, and nothing of Rust's owns the standard stream.
    let result = unsafe { libc::dup2(with.as_fd().as_raw_fd(), libc::STDERR_FILENO) };
    assert_eq!(result, libc::STDERR_FILENO, "{}", io::Error::last_os_error());
}

/// From now on, standard error is a pipe whose reader has gone: to write to it raises `SIGPIPE`, which ends the process
/// by default. (Rust's runtime has it ignored.)
///
/// # Panics
///
/// If the system refuses that.
#[cfg(unix)]
pub fn break_standard_error() {
    let (reader, writer) = io::pipe().expect("a pipe can be made");
    replace_standard_error(writer);
    drop(reader);
}
