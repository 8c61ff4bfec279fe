//! Which signals can be installed.

use std::ffi::c_int;
use std::io;

use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGKILL, SIGSEGV, SIGSTOP};

use crate::platform::signal_name;

/// Refuses what can't be installed, and says why.
pub(in crate::signal) fn check(signal: c_int) -> io::Result<()> {
    let name = signal_name(signal).map(|name| name.to_string());
    let why = match signal {
        SIGKILL | SIGSTOP => "can't be caught: no handler can run",
        SIGSEGV | SIGILL | SIGFPE | SIGBUS | SIGABRT => {
            "reports a bug in the program: no handler can be trusted to run"
        }
        _ if name.is_none() => "is not known to end a process",
        _ if leaves_process_alive(signal) => "doesn't end a process",
        _ => return Ok(()),
    };
    let name = name.unwrap_or_else(|| format!("signal {signal}"));
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{name} {why}")))
}

/// Whether the signal's default action is to ignore it, or to stop or continue the process (POSIX.1-2024,
/// `<signal.h>`). What Linux has beside the signals of POSIX ends a process (`signal(7)`).
fn leaves_process_alive(signal: c_int) -> bool {
    use libc::{SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH};

    match signal {
        SIGCHLD | SIGCONT | SIGTSTP | SIGTTIN | SIGTTOU | SIGURG | SIGWINCH => true,
        // Ignored by default (`signal(3)` there).
        #[cfg(any(
            target_vendor = "apple",
            target_os = "freebsd",
            target_os = "dragonfly",
            target_os = "netbsd",
            target_os = "openbsd"
        ))]
        libc::SIGINFO | libc::SIGIO => true,
        _ => false,
    }
}
