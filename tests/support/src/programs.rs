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

/// Has the system kill this process unless it ends soon: for one that hangs where the promise is broken.
pub fn end_soon() {
    // SAFETY: it only sets a timer.
    #[cfg(unix)]
    unsafe {
        /// In seconds. Far longer than it takes on however busy a machine.
        const SOON: u32 = 20;
        libc::alarm(SOON);
    }
}

/// Waits until the process exits, in another thread or by a signal.
pub fn wait_until_exiting() {
    while !atexit::is_exiting() {
        thread::yield_now();
    }
}

/// From now on, this process can start no thread.
///
/// # Panics
///
/// If the system refuses that.
#[cfg(target_os = "linux")]
pub fn refuse_threads() {
    /// That of `nobody`. Any will do that isn't the superuser's, which has no such limit.
    const UNPRIVILEGED: libc::uid_t = 65534;

    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: they only take rights from this process.
    unsafe {
        assert_eq!(libc::setrlimit(libc::RLIMIT_NPROC, &raw const none), 0, "{}", std::io::Error::last_os_error());
        if libc::geteuid() == 0 {
            assert_eq!(libc::setuid(UNPRIVILEGED), 0, "{}", std::io::Error::last_os_error());
        }
    }
    assert!(thread::Builder::new().spawn(|| ()).is_err(), "no thread can be started");
}
