//! Why the process exits. Plain data.

use std::fmt;

use crate::platform::{SIGNALS_ARE, signal_name};

/// Why the process exits: with a status, by a signal or by a panic that aborts; or a library is being unloaded.
/// Returned by [`reason`](crate::reason()).
///
/// Displayed as the end of a sentence: `status 3`, `signal 15 (SIGTERM)`, `console event 0 (CTRL_C_EVENT)`, `a panic`,
/// `an unload`, and `an unknown status` for `Exit(None)`.
///
/// ```
/// # use atexit_core as atexit;
/// use atexit::Reason;
///
/// let says = |reason: Reason| format!("the session ended with {reason}");
/// assert_eq!(says(Reason::Exit(Some(3))), "the session ended with status 3");
/// # #[cfg(unix)]
/// assert_eq!(says(Reason::Signal(15)), "the session ended with signal 15 (SIGTERM)");
/// ```
#[doc(alias("status", "exit status", "ExitStatus", "exit code", "exit_code", "ExitCode"))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// The process exits: `main` has returned or panicked, or `exit` was called. Contains the status if it is known;
    /// see [`reason`](crate::reason()).
    ///
    /// It is the number that was passed to `exit`. On Unix the parent sees the low eight bits of it.
    Exit(Option<i32>),
    /// A signal ends the process, or on Windows a console event. Only signals installed with the module `signals`.
    Signal(i32),
    /// A panic is about to abort the process, as in [`install_panic_hook`](crate::install_panic_hook()). (A panic in
    /// `main` that unwinds is an exit: with status 101, where that is known.)
    Panic,
    /// The library that contains the handlers is being unloaded. The process usually continues.
    Unload,
}

impl Reason {
    /// Returns whether the process succeeds, as its parent will see it: whether the status is 0. `None` if the status
    /// is unknown, and for a library that is unloaded.
    ///
    /// On Unix, `exit(256)` counts as success: only the low eight bits are seen.
    ///
    /// ```
    /// # use atexit_core as atexit;
    /// use atexit::Reason;
    ///
    /// assert_eq!(Reason::Exit(Some(0)).is_success(), Some(true));
    /// assert_eq!(Reason::Exit(Some(3)).is_success(), Some(false));
    /// assert_eq!(Reason::Signal(15).is_success(), Some(false));
    /// assert_eq!(Reason::Exit(None).is_success(), None);
    /// ```
    pub fn is_success(self) -> Option<bool> {
        match self {
            Self::Exit(code) => code.map(|code| seen_by_parent(code) == 0),
            Self::Signal(_) | Self::Panic => Some(false),
            Self::Unload => None,
        }
    }
}

/// On Unix, `wait` has but eight bits for it (POSIX.1-2024, `exit`).
fn seen_by_parent(code: i32) -> i32 {
    if cfg!(unix) { code & 0xff } else { code }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Told { reason: *self, write_signal: Some(write_signal) }.fmt(f)
    }
}

/// A reason, and what writes it if it is a signal: so the names of signals are part only of programs that have that.
pub(crate) struct Told {
    pub(crate) reason: Reason,
    pub(crate) write_signal: Option<WriteSignal>,
}

/// Writes the number of a signal and its name.
pub(crate) type WriteSignal = fn(i32, &mut fmt::Formatter<'_>) -> fmt::Result;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.reason, self.write_signal) {
            (Reason::Exit(Some(code)), _) => write!(f, "status {code}"),
            (Reason::Exit(None), _) => f.write_str("an unknown status"),
            (Reason::Signal(signal), Some(write_signal)) => write_signal(signal, f),
            // What receives signals sets it.
            (Reason::Signal(_), None) => f.write_str(SIGNALS_ARE),
            (Reason::Panic, _) => f.write_str("a panic"),
            (Reason::Unload, _) => f.write_str("an unload"),
        }
    }
}

pub(crate) fn write_signal(signal: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match signal_name(signal) {
        Some(name) => write!(f, "{SIGNALS_ARE} {signal} ({name})"),
        None => write!(f, "{SIGNALS_ARE} {signal}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ends_a_sentence() {
        let says = |reason: Reason| reason.to_string();
        assert_eq!(says(Reason::Exit(Some(-3))), "status -3");
        assert_eq!(says(Reason::Exit(None)), "an unknown status");
        assert_eq!(says(Reason::Panic), "a panic");
        assert_eq!(says(Reason::Unload), "an unload");
        if cfg!(unix) {
            assert_eq!(says(Reason::Signal(2)), "signal 2 (SIGINT)");
            assert_eq!(says(Reason::Signal(1_000)), "signal 1000");
        } else if cfg!(windows) {
            assert_eq!(says(Reason::Signal(0)), "console event 0 (CTRL_C_EVENT)");
            assert_eq!(says(Reason::Signal(3)), "console event 3");
        }
    }

    #[test]
    fn success_is_what_the_parent_sees() {
        assert_eq!(Reason::Exit(Some(0)).is_success(), Some(true));
        assert_eq!(Reason::Exit(Some(256)).is_success(), Some(cfg!(unix)));
        assert_eq!(Reason::Exit(Some(-1)).is_success(), Some(false));
        assert_eq!(Reason::Exit(None).is_success(), None);
        assert_eq!(Reason::Signal(15).is_success(), Some(false));
        assert_eq!(Reason::Panic.is_success(), Some(false));
        assert_eq!(Reason::Unload.is_success(), None);
    }
}
