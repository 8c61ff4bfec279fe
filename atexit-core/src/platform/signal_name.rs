//! The names of signals, and of console events on Windows.

use std::fmt;

/// What a number of these is the number of.
pub(crate) const SIGNALS_ARE: &str = if cfg!(windows) { "console event" } else { "signal" };

/// A name such as `SIGTERM` or `SIGRTMIN+3`.
pub(crate) struct SignalName {
    name: &'static Name,
    plus: i32,
}

/// As many letters as the first byte says: so the names are all in one place, without pointers that the loader would
/// have to relocate.
type Name = [u8; if cfg!(windows) { 20 } else { 10 }];

#[allow(clippy::cast_possible_truncation, reason = "it is short")]
const fn name(text: &str) -> Name {
    let mut name = [0; size_of::<Name>()];
    let (length, letters) = name.split_first_mut().expect("it has a first byte");
    assert!(text.len() < size_of::<Name>());
    *length = text.len() as u8;
    letters.split_at_mut(text.len()).0.copy_from_slice(text.as_bytes());
    name
}

impl fmt::Display for SignalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [length, letters @ ..] = self.name;
        let name = letters.get(..usize::from(*length)).unwrap_or_default();
        f.write_str(str::from_utf8(name).unwrap_or_default())?;
        if self.plus > 0 { write!(f, "+{}", self.plus) } else { Ok(()) }
    }
}

/// The name of the signal, unless it is none or none that a program may use.
pub(crate) fn signal_name(signal: i32) -> Option<SignalName> {
    let name = usize::try_from(signal).ok().and_then(|signal| system::NAMES.get(signal));
    let name = name.filter(|[length, ..]| *length > 0).map(|name| SignalName { name, plus: 0 });
    name.or_else(|| system::further(signal))
}

/// The names by number.
#[allow(clippy::cast_sign_loss, reason = "none is negative")]
const fn by_number<const N: usize>(list: &[(i32, &str)]) -> [Name; N] {
    let mut names = [[0; size_of::<Name>()]; N];
    let mut at = 0;
    while at < list.len() {
        names[list[at].0 as usize] = name(list[at].1);
        at += 1;
    }
    names
}

#[cfg(unix)]
mod system {
    use std::ffi::c_int;

    use super::{Name, SignalName, by_number};

    macro_rules! named {
        ($($(#[$attribute:meta])* $name:ident)*) => {
            &[$($(#[$attribute])* (libc::$name, stringify!($name))),*]
        };
    }

    /// Those that all systems have, and those of some. On none is the number of one of these greater.
    #[rustfmt::skip]
    pub(super) static NAMES: [Name; 33] = by_number(named![
        SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSEGV
        SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ
        #[cfg(not(target_os = "haiku"))]
        SIGIO
        #[cfg(any(target_os = "linux", target_os = "android"))]
        SIGPWR
        #[cfg(all(
            any(target_os = "linux", target_os = "android"),
            not(any(target_arch = "mips", target_arch = "mips64", target_arch = "sparc64"))
        ))]
        SIGSTKFLT
        #[cfg(any(
            target_vendor = "apple",
            target_os = "freebsd",
            target_os = "dragonfly",
            target_os = "netbsd",
            target_os = "openbsd"
        ))]
        SIGINFO // which only they have
    ]);

    /// The real-time signals. What is below `SIGRTMIN` the C library keeps for itself.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn further(signal: c_int) -> Option<SignalName> {
        static SIGRTMIN: Name = super::name("SIGRTMIN");

        let least = libc::SIGRTMIN();
        let named = || SignalName { name: &SIGRTMIN, plus: signal - least };
        (least..=libc::SIGRTMAX()).contains(&signal).then(named)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) fn further(_: c_int) -> Option<SignalName> {
        None
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Name, SignalName};

    /// Console events (`HandlerRoutine` in Microsoft's documentation of the console).
    #[cfg(windows)]
    pub(super) static NAMES: [Name; 7] = super::by_number(&[
        (0, "CTRL_C_EVENT"),
        (1, "CTRL_BREAK_EVENT"),
        (2, "CTRL_CLOSE_EVENT"),
        (5, "CTRL_LOGOFF_EVENT"),
        (6, "CTRL_SHUTDOWN_EVENT"),
    ]);

    #[cfg(not(windows))]
    pub(super) static NAMES: [Name; 0] = super::by_number(&[]);

    pub(super) fn further(_: i32) -> Option<SignalName> {
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
        assert_eq!([0, -1, i32::MIN, i32::MAX].map(name), [const { None }; 4]);
        assert_eq!(name(libc::SIGRTMIN()).as_deref(), Some("SIGRTMIN"));
        assert_eq!(name(libc::SIGRTMAX()), Some(format!("SIGRTMIN+{}", libc::SIGRTMAX() - libc::SIGRTMIN())));
        assert_eq!(name(libc::SIGRTMIN() - 1), None);
        assert_eq!(name(libc::SIGRTMAX() + 1), None);
    }
}
