//! Exiting in the child of a fork.

use super::alone::exit_without_c;
use super::call::exit;
use super::{flush, run_everything};
use crate::platform::{C, CRuntime, Thread};
use crate::state::{Locked, Reason, Then};

/// Goes on in the child of a fork, on a thread that ran a handler for another one, which is not part of the child. If
/// that one was exiting, neither is the call of C's `exit` on its stack. If not, the child exits with 0, and does so
/// here, not when this thread ends. glibc would call `exit` on this thread then, as the last, without counting it; a
/// handler's own thread would count as the last in turn, call `exit`, too, and block.
#[cold]
#[inline]
pub(crate) fn go_on_in_child(mut state: Locked) -> ! {
    let this = Thread::current();
    if !state.is_exiting_by(this) {
        drop(state);
        exit(0);
    }
    state.abandon_runs(this);
    state = run_everything(state, this, Then::End);
    let Some(exit) = &state.exit else { unreachable!("the exit has begun") };
    match exit.reason() {
        Reason::Exit(code) => exit_without_c(state, code.unwrap_or(0)),
        Reason::Unload => exit_without_c(state, 0),
        Reason::Signal(signal) => {
            drop(state);
            flush::flush_in_time();
            C::end_by_signal(signal)
        }
        Reason::Panic => {
            drop(state);
            flush::flush_in_time();
            std::process::abort()
        }
    }
}
