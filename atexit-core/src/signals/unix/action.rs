//! What is done at a signal: the process has one action for each.

use std::ffi::{c_int, c_void};
use std::{io, mem, ptr};

use libc::siginfo_t;

/// What is called at a signal.
pub(super) type Handler = extern "C" fn(c_int, *mut siginfo_t, *mut c_void);

/// What is done at a signal.
pub(super) struct Action(libc::sigaction);

/// What an action calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Called {
    /// Takes the signal's number alone.
    Plain(usize),
    /// Takes a [`Handler`]'s arguments.
    WithInfo(usize),
}

impl Action {
    /// What is done at the signal now.
    pub(super) fn at(signal: c_int) -> io::Result<Self> {
        Self::exchange(signal, ptr::null())
    }

    /// Calls this handler.
    pub(super) fn of(handler: Handler) -> Self {
        // SAFETY: zeroes are a valid `sigaction`, with an empty mask.
        let mut action: libc::sigaction = unsafe { mem::zeroed() };
        action.sa_sigaction = handler as usize;
        // Not on the thread's signal stack: std unmaps that of the main thread when another one calls `process::exit`.
        action.sa_flags = libc::SA_RESTART | libc::SA_SIGINFO;
        Self(action)
    }

    /// Has this done at the signal, and gives what was done before.
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

    /// What it calls. `None`, if it is the default or ignores the signal.
    pub(super) fn called(&self) -> Option<Called> {
        let address = self.0.sa_sigaction;
        if address == libc::SIG_DFL || address == libc::SIG_IGN {
            None
        } else if self.0.sa_flags & libc::SA_SIGINFO == 0 {
            Some(Called::Plain(address))
        } else {
            Some(Called::WithInfo(address))
        }
    }
}
