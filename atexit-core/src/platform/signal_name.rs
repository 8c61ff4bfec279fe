//! The names of signals, and of console events on Windows.

use std::fmt;

/// What a number of these is the number of.
pub(crate) const SIGNALS_ARE: &str = if cfg!(windows) { "console event" } else { "signal" };

/// A name such as `SIGTERM` or `SIGRTMIN+3`.
pub(crate) struct SignalName {
    name: &'static str,
    plus: i32,
}

impl fmt::Display for SignalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.plus > 0 { write!(f, "+{}", self.plus) } else { Ok(()) }
    }
}

/// The name of the signal, unless it is none or none that a program may use.
pub(crate) fn signal_name(signal: i32) -> Option<SignalName> {
    let named = |name| Some(SignalName { name, plus: 0 });
    system::name(signal).map_or_else(|| system::numbered(signal), named)
}

#[cfg(all(unix, feature = "signals"))]
pub(crate) use system::SIGINFO;

#[cfg(unix)]
mod system {
    use std::ffi::c_int;

    use super::SignalName;

    macro_rules! names {
        ($($name:ident)*) => {
            /// Those that all systems have, and those of some.
            pub(super) fn name(signal: c_int) -> Option<&'static str> {
                match signal {
                    $(libc::$name => Some(stringify!($name)),)*
                    #[cfg(not(target_os = "haiku"))]
                    libc::SIGIO => Some("SIGIO"),
                    #[cfg(any(target_os = "linux", target_os = "android"))]
                    libc::SIGPWR => Some("SIGPWR"),
                    #[cfg(all(
                        any(target_os = "linux", target_os = "android"),
                        not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64"))
                    ))]
                    libc::SIGSTKFLT => Some("SIGSTKFLT"),
                    _ if SIGINFO == Some(signal) => Some("SIGINFO"),
                    _ => None,
                }
            }
        };
    }

    names! {
        SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSEGV
        SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ
    }

    /// Which the BSDs and macOS have.
    #[cfg(any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd"
    ))]
    pub(crate) const SIGINFO: Option<c_int> = Some(libc::SIGINFO);
    #[cfg(not(any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd"
    )))]
    pub(crate) const SIGINFO: Option<c_int> = None;

    /// The real-time signals. What is below `SIGRTMIN` the C library keeps for itself.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn numbered(signal: c_int) -> Option<SignalName> {
        let least = libc::SIGRTMIN();
        let name = SignalName { name: "SIGRTMIN", plus: signal - least };
        (least..=libc::SIGRTMAX()).contains(&signal).then_some(name)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) fn numbered(_: c_int) -> Option<SignalName> {
        None
    }
}

#[cfg(not(unix))]
mod system {
    use super::SignalName;

    /// Console events (`HandlerRoutine` in Microsoft's documentation of the console).
    pub(super) fn name(event: i32) -> Option<&'static str> {
        match event {
            0 if cfg!(windows) => Some("CTRL_C_EVENT"),
            1 if cfg!(windows) => Some("CTRL_BREAK_EVENT"),
            2 if cfg!(windows) => Some("CTRL_CLOSE_EVENT"),
            5 if cfg!(windows) => Some("CTRL_LOGOFF_EVENT"),
            6 if cfg!(windows) => Some("CTRL_SHUTDOWN_EVENT"),
            _ => None,
        }
    }

    pub(super) fn numbered(_: i32) -> Option<SignalName> {
        None
    }
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    fn name(signal: i32) -> Option<String> {
        signal_name(signal).map(|name| name.to_string())
    }

    #[test]
    fn a_signal_has_the_name_of_its_constant() {
        assert_eq!(name(libc::SIGTERM).as_deref(), Some("SIGTERM"));
        assert_eq!(name(libc::SIGPWR).as_deref(), Some("SIGPWR"));
        assert_eq!(name(0), None);
        assert_eq!(name(libc::SIGRTMIN()).as_deref(), Some("SIGRTMIN"));
        assert_eq!(name(libc::SIGRTMAX()), Some(format!("SIGRTMIN+{}", libc::SIGRTMAX() - libc::SIGRTMIN())));
        assert_eq!(name(libc::SIGRTMIN() - 1), None);
        assert_eq!(name(libc::SIGRTMAX() + 1), None);
    }
}
