//! `std::process::exit`, where the C runtime has no part in it: having it run the handlers first.
//!
//! All of this is `#[inline]`, so that only a program that asks for it contains it.

use std::ffi::c_int;
use std::io;

use super::exit;
use crate::platform::{AtProcessExit, C, CRuntime, Thread, bounds};
use crate::state::{self, Exit, Leaving};

/// Has it do so from now on, where it can be had.
#[inline]
pub(crate) fn install_exit_hook() -> io::Result<()> {
    C::hook_process_exit::<ProcessExit>()
}

/// A call of `std::process::exit`, or of what that calls.
enum ProcessExit {}

impl AtProcessExit for ProcessExit {
    /// Exits, which ends with such a call by this thread. That one returns, and so does what another copy of this crate
    /// calls here when its own exit ends. While another thread exits, this waits for that as `exit` does: its handlers
    /// don't wait for this thread, which never returns to what it was doing. But when they have run, two threads may
    /// wait for each other, each in the copy that the other one exits by. So from then on it waits for a bounded time.
    #[inline]
    fn called(code: c_int) {
        let this = Thread::current();
        let mut state = state::lock();
        // One that acts for another thread leaves the exit to that one.
        while state.this_thread() == this {
            match Exit::leaving_by(state.exit.as_ref(), this) {
                Leaving::Exit => break,
                Leaving::End => return,
                Leaving::Wait => {
                    state.abandon_runs(this);
                    state = state::wait(state);
                }
                Leaving::WaitInTime => {
                    drop(state::wait_in_time(state, bounds::TO_END, &mut |_| false));
                    return;
                }
            }
        }
        drop(state);
        exit(code)
    }
}
