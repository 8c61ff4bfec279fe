//! What is done at a signal: the process has one action for each, which every copy of this crate sees. Our actions are
//! recognised by their masks.

use std::ffi::{c_int, c_void};
use std::{io, mem, ptr};

use libc::siginfo_t;

/// What is called at a signal. These are also the ones that copies of this crate put there.
pub(super) type Handler = extern "C" fn(c_int, *mut siginfo_t, *mut c_void);

/// The greatest number of a signal: 64 on most systems, 128 on some.
pub(super) const LAST: c_int = 128;

/// What is done at a signal.
pub(super) struct Action(libc::sigaction);

/// What an action calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Called {
    /// Takes the signal's number alone.
    Plain(usize),
    /// Takes a [`Handler`]'s arguments.
    WithInfo(usize),
    /// The handler of another copy of this crate.
    OfCopy(usize),
}

impl Action {
    /// What is done at the signal now. May be called in a signal handler.
    pub(super) fn at(signal: c_int) -> io::Result<Self> {
        Self::exchange(signal, ptr::null())
    }

    /// Calls a handler of a copy of this crate.
    pub(super) fn of_copy(handler: Handler) -> Self {
        // SAFETY: zeroes are a valid `sigaction` without flags, and an empty set is valid as soon as `sigemptyset` has
        // made it.
        unsafe {
            let mut action: libc::sigaction = mem::zeroed();
            action.sa_sigaction = handler as usize;
            action.sa_flags = libc::SA_RESTART | libc::SA_SIGINFO;
            libc::sigemptyset(&raw mut action.sa_mask);
            for signal in CARRIERS.into_iter().filter(|&signal| is_part_of_mark(signal, action.sa_sigaction)) {
                libc::sigaddset(&raw mut action.sa_mask, signal);
            }
            Self(action)
        }
    }

    /// On the signal stack of the thread if the other one was, whose program may have threads with little other stack:
    /// Go's are such, and its runtime ends the process if its handler, which is called by ours, isn't on that stack.
    ///
    /// Otherwise not: std unmaps the main thread's when another one calls `process::exit`.
    pub(super) fn on_stack_of(mut self, replaced: &Self) -> Self {
        self.0.sa_flags |= replaced.0.sa_flags & libc::SA_ONSTACK;
        self
    }

    /// Makes this the action at the signal, and gives the one before.
    pub(super) fn set(&self, signal: c_int) -> io::Result<Self> {
        Self::exchange(signal, &raw const self.0)
    }

    fn exchange(signal: c_int, action: *const libc::sigaction) -> io::Result<Self> {
        // SAFETY: zeroes are a valid `sigaction` to be written over, a null pointer changes nothing, and what is set
        // here is one of ours, or was set before.
        unsafe {
            let mut previous = mem::zeroed();
            if libc::sigaction(signal, action, &raw mut previous) == 0 {
                Ok(Self(previous))
            } else {
                Err(io::Error::last_os_error())
            }
        }
    }

    pub(super) fn is_ignored(&self) -> bool {
        self.0.sa_sigaction == libc::SIG_IGN
    }

    /// Whether it calls that handler.
    pub(super) fn calls(&self, handler: Handler) -> bool {
        self.0.sa_sigaction == handler as usize
    }

    /// What it calls. `None`, if it is the default or ignores the signal. May be called in a signal handler.
    pub(super) fn called(&self) -> Option<Called> {
        let address = self.0.sa_sigaction;
        if address == libc::SIG_DFL || address == libc::SIG_IGN {
            None
        } else if self.0.sa_flags & libc::SA_SIGINFO == 0 {
            Some(Called::Plain(address))
        } else if self.is_marked() {
            Some(Called::OfCopy(address))
        } else {
            Some(Called::WithInfo(address))
        }
    }

    /// Whether the mask is the one that its handler has in a copy of this crate.
    fn is_marked(&self) -> bool {
        // A number that no signal has is in no set.
        // SAFETY: the system has filled in the set.
        let is_in_mask = |signal| unsafe { libc::sigismember(&raw const self.0.sa_mask, signal) } == 1;
        (1..=LAST).all(|signal| is_in_mask(signal) == is_part_of_mark(signal, self.0.sa_sigaction))
    }
}

/// Whether the signal is in the set that is blocked while this handler of a copy runs. Copies of all versions recognise
/// each other by this set, so it never changes.
///
/// It depends on the handler's address: a program may take the action that is there, and set it again with a handler of
/// its own.
fn is_part_of_mark(signal: c_int, handler: usize) -> bool {
    // Fibonacci hashing, in as many bits as there are carriers.
    let hash = (handler as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS as usize - CARRIERS.len());
    // Most other actions block nothing.
    let bits = if hash == 0 { 1 } else { hash };
    CARRIERS.iter().position(|&carrier| carrier == signal).is_some_and(|bit| bits >> bit & 1 == 1)
}

/// The signals that carry the mark. A handler that was there before is called while they are blocked, and may never
/// return, so they are some that nobody waits for: of the real-time signals of Linux those that are farthest from both
/// ends, where runtimes take theirs.
#[cfg(any(target_os = "linux", all(target_os = "android", target_pointer_width = "64")))]
const CARRIERS: [c_int; 14] = [46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59];

/// Elsewhere, those that stop a process, are ignored by default, or measure time. (There are no real-time signals in
/// a set of Android's 32-bit systems.)
#[cfg(not(any(target_os = "linux", all(target_os = "android", target_pointer_width = "64"))))]
const CARRIERS: [c_int; 10] = [
    libc::SIGCONT,
    libc::SIGPROF,
    libc::SIGTSTP,
    libc::SIGTTIN,
    libc::SIGTTOU,
    libc::SIGURG,
    libc::SIGVTALRM,
    libc::SIGWINCH,
    libc::SIGXCPU,
    libc::SIGXFSZ,
];

#[cfg(test)]
mod tests {
    use super::*;

    extern "C" fn one(_signal: c_int, _info: *mut siginfo_t, _context: *mut c_void) {}

    #[test]
    fn an_action_of_a_copy_is_known_by_its_handler_and_mask() {
        let handler: Handler = one;
        let address = handler as usize;
        let mut action = Action::of_copy(one);
        assert_eq!(action.called(), Some(Called::OfCopy(address)));
        action.0.sa_sigaction += 16;
        assert_eq!(action.called(), Some(Called::WithInfo(address + 16)));
        action.0.sa_flags &= !libc::SA_SIGINFO;
        assert_eq!(action.called(), Some(Called::Plain(address + 16)));
        let mut action = Action::of_copy(one);
        // SAFETY: the set was made.
        unsafe { libc::sigaddset(&raw mut action.0.sa_mask, libc::SIGHUP) };
        assert_eq!(action.called(), Some(Called::WithInfo(address)));
    }

    fn mark(handler: usize) -> Vec<c_int> {
        (1..=LAST).filter(|&signal| is_part_of_mark(signal, handler)).collect()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn copies_of_all_versions_have_one_mark() {
        let marks = [0x5655_5000, 0xf7fc_1230].map(mark);
        assert_eq!(marks, [vec![46, 49, 50, 52, 56], vec![49, 50, 52, 54, 55, 56, 58]]);
    }

    #[test]
    fn every_handler_has_a_mark() {
        for address in [0, 1, 0x10, 0x5655_5000, usize::MAX] {
            assert!(!mark(address).is_empty(), "{address:#x}");
        }
    }
}
