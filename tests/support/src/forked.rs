//! Child processes that are forked, and go on as this program.

use std::io;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{self, ExitStatus};

use crate::scenario::Status;

/// A child process that was forked.
pub struct Forked(libc::pid_t);

impl Forked {
    /// Forks; the child does `child` and exits. One that hangs is killed.
    ///
    /// # Panics
    ///
    /// If the system refuses that.
    #[must_use]
    pub fn new(child: impl FnOnce()) -> Self {
        Self::in_parent().unwrap_or_else(|| {
            child();
            process::exit(0)
        })
    }

    /// Forks; the child gets `None`, and goes on like its parent. One that hangs is killed.
    ///
    /// # Panics
    ///
    /// If the system refuses that.
    #[must_use]
    pub fn in_parent() -> Option<Self> {
        /// In seconds. Far longer than any of them takes, on however busy a machine.
        const HANGS: u32 = 60;

        // What is in the buffer would be printed by both.
        io::stdout().flush().expect("the test reads it");
        // SAFETY: the child makes only calls that this crate, the C runtime and Rust's standard library allow there.
        match unsafe { libc::fork() } {
            -1 => panic!("{}", io::Error::last_os_error()),
            0 => {
                // SAFETY: it only sets a timer.
                unsafe { libc::alarm(HANGS) };
                None
            }
            id => Some(Self(id)),
        }
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    ///
    /// If it was waited for already.
    #[must_use]
    pub fn end(self) -> Status {
        let mut status = 0;
        // SAFETY: `status` is there to be written.
        assert_eq!(unsafe { libc::waitpid(self.0, &raw mut status, 0) }, self.0);
        Status::of(ExitStatus::from_raw(status))
    }

    /// Waits until it has ended, which has to be an exit with that status.
    ///
    /// # Panics
    ///
    /// If it ends in another way.
    pub fn exits(self, code: i32) {
        assert_eq!(self.end(), Status::Code(code), "how the child ended");
    }
}
