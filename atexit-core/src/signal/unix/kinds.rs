//! Which signals can be installed.

use std::ffi::c_int;
use std::io;

use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGKILL, SIGSEGV, SIGSTOP};

/// Refuses what can't be installed, and says why.
pub(in crate::signal) fn check(signal: c_int) -> io::Result<()> {
    let why = match signal {
        SIGKILL | SIGSTOP => "can't be caught: no handler can run",
        SIGSEGV | SIGILL | SIGFPE | SIGBUS | SIGABRT => {
            "reports a bug in the program: no handler can be trusted to run"
        }
        _ if name(signal).is_none() => "is not known to end a process",
        _ if leaves_process_alive(signal) => "doesn't end a process",
        _ => return Ok(()),
    };
    let name = name(signal).unwrap_or_else(|| format!("signal {signal}"));
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{name} {why}")))
}

/// The name of the signal, unless it is none or none that a program may use.
fn name(signal: c_int) -> Option<String> {
    let name = NAMES.iter().find(|(number, _)| *number == signal).map(|(_, name)| (*name).to_owned());
    name.or_else(|| further::name(signal))
}

/// Those signals, each with its name.
macro_rules! named {
    ($($name:ident)*) => {
        &[$((libc::$name, stringify!($name))),*]
    };
}

/// Those that all systems have.
const NAMES: &[(c_int, &str)] = named![
    SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSEGV SIGSTOP
    SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ
];

/// Whether the signal's default action is to ignore it, or to stop or continue the process (POSIX.1-2024,
/// `<signal.h>`).
fn leaves_process_alive(signal: c_int) -> bool {
    use libc::{SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH};

    [SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH].contains(&signal)
        || further::IGNORED_BY_DEFAULT.contains(&signal)
}

/// Those of Linux beside the ones of POSIX, all of which end a process by default (`signal(7)`).
#[cfg(any(target_os = "linux", target_os = "android"))]
mod further {
    use std::ffi::c_int;

    pub(super) const IGNORED_BY_DEFAULT: [c_int; 0] = [];

    pub(super) fn name(signal: c_int) -> Option<String> {
        // What is below `SIGRTMIN` the C library keeps for itself.
        let (least, greatest) = (libc::SIGRTMIN(), libc::SIGRTMAX());
        match signal {
            libc::SIGIO => Some("SIGIO".to_owned()),
            libc::SIGPWR => Some("SIGPWR".to_owned()),
            #[cfg(not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64")))]
            libc::SIGSTKFLT => Some("SIGSTKFLT".to_owned()),
            _ if signal == least => Some("SIGRTMIN".to_owned()),
            _ if (least..=greatest).contains(&signal) => Some(format!("SIGRTMIN+{}", signal - least)),
            _ => None,
        }
    }
}

/// On the BSDs and on macOS these two are ignored by default (`signal(3)` there).
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod further {
    use std::ffi::c_int;

    #[cfg(any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd"
    ))]
    pub(super) const IGNORED_BY_DEFAULT: [c_int; 2] = [libc::SIGINFO, libc::SIGIO];
    #[cfg(not(any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd"
    )))]
    pub(super) const IGNORED_BY_DEFAULT: [c_int; 0] = [];

    #[allow(clippy::match_single_binding, reason = "Haiku has neither")]
    pub(super) fn name(signal: c_int) -> Option<String> {
        match signal {
            #[cfg(not(target_os = "haiku"))]
            libc::SIGIO => Some("SIGIO".to_owned()),
            #[cfg(any(
                target_vendor = "apple",
                target_os = "freebsd",
                target_os = "dragonfly",
                target_os = "netbsd",
                target_os = "openbsd"
            ))]
            libc::SIGINFO => Some("SIGINFO".to_owned()),
            _ => None,
        }
    }
}
