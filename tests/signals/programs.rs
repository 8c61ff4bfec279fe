//! What the programs of several scenarios do, and how what they do to themselves is called on each platform.

use atexit::signals;
use atexit_test_support::{Scenario, Status, register_letters, say, scenario, sleep_for_long};

#[cfg(windows)]
pub(crate) use crate::console::send;

/// The signal that ends programs for which it makes no difference: on Windows, a console event.
#[cfg(unix)]
pub(crate) const SIGNAL: i32 = libc::SIGTERM;
#[cfg(windows)]
pub(crate) const SIGNAL: i32 = signals::CTRL_C_EVENT;

/// How a process ends by that signal, after its handlers.
#[cfg(unix)]
pub(crate) const ENDED: Status = Status::Signal(SIGNAL);
#[cfg(windows)]
pub(crate) const ENDED: Status = Status::Code(crate::console::CONTROL_C_EXIT);

/// The name of the thread that waits for signals, and runs the handlers.
pub(crate) const SIGNAL_THREAD: &str = "atexit signals";

/// Installs the signals, registers handlers, and says so.
pub(crate) fn prepare() {
    signals::install().unwrap();
    register_letters("abc");
    say("ready ");
}

/// A program that has prepared, does `main`, and ends by that signal after all handlers.
pub(crate) fn prepared(name: &'static str, main: fn()) -> Scenario {
    scenario(name, move || {
        prepare();
        main();
    })
    .prints(&format!("ready cbaD{SIGNAL}"))
    .ends(ENDED)
}

/// Sends a signal to this process.
#[cfg(unix)]
pub(crate) fn send(signal: i32) {
    // SAFETY: it only sends a signal.
    assert_eq!(unsafe { libc::kill(libc::getpid(), signal) }, 0);
}

/// Sends a signal to this process, and waits until it has ended the process.
pub(crate) fn send_and_wait(signal: i32) {
    send(signal);
    sleep_for_long();
}
