//! Running everything on one thread without the C runtime, and ending the process then.

use super::{flush, run_everything, watchdog};
use crate::platform::{C, CRuntime, Thread, bounds};
use crate::state::{self, Cause, Exit, Locked, State, Then, wait_forever};

/// Runs everything on this thread, without the C runtime, and gives no other thread a turn any more: they wait.
/// With the status that was `told`, if `exit` was called. `None`, if another thread is exiting already.
pub(crate) fn run_alone(mut state: Locked, this: Thread, cause: Cause, told: Option<i32>) -> Option<Locked> {
    match &mut state.exit {
        Some(exit) if !exit.is_unloading() => return None,
        Some(exit) => exit.take_over_alone(this, cause, told),
        None => _ = state.begin_exit(|begun| Exit::alone(this, cause, told, begun)),
    }
    state = watchdog::start_watchdog(state);
    Some(run_everything(state, this, Then::End))
}

/// Runs everything, and then exits, where C's `exit` may not be called or doesn't come to our slots.
#[cold]
pub(super) fn exit_alone(state: Locked, this: Thread, code: i32) -> ! {
    // If there is no state, another thread has begun to exit, and ends the process.
    let Some(state) = run_alone(state, this, Cause::Exit, Some(code)) else { wait_forever() };
    if state.c_exit_may_hang {
        exit_without_c(state, code);
    }
    drop(state);
    // Rust's flushes what Rust has printed, but not what C has.
    flush::flush_in_time();
    std::process::exit(code)
}

/// Exits on this thread, which has run everything without C's `exit`, or leaves that to a thread that has called it.
#[cold]
pub(super) fn call_or_hand_over(state: Locked, this: Thread, code: i32) -> ! {
    drop(state);
    // Flush what handlers have printed before the other thread ends the process, and in time, which Rust's own cleanup
    // is not.
    flush::flush_in_time();
    // Wait for a thread on its way to a slot. When two are in C's `exit` (glibc before 2.41), the one that goes through
    // the list may end the process with its own status while this one is still in the finalizers.
    let has_arrived = |state: &mut State| state.exit.as_ref().is_some_and(|exit| exit.has_parked(this));
    let (mut state, _) = state::wait_while_handlers_begin(state::lock(), bounds::TO_REACH_SLOT, &mut { has_arrived });
    let has_parked = state.exit.as_mut().is_some_and(|exit| {
        exit.note_call(this, code);
        exit.has_parked(this)
    });
    state.changed();
    drop(state);
    if has_parked {
        // One that waits at a slot may have C's lock on `exit` (glibc has one since 2.41), and exits with this status.
        wait_forever();
    }
    exit_by_c(code, is_in_exit())
}

/// Calls C's `exit`. If this thread is in it already, it goes on with its list.
#[cold]
#[inline(never)]
pub(super) fn exit_by_c(code: i32, is_in_exit: bool) -> ! {
    if is_in_exit {
        // Rust's aborts there.
        C::repeat_exit(code)
    }
    // Not C's, so that no other thread of Rust's gets there, too. If one has, and no slot reached yet, this one waits
    // for it, and it comes to a slot.
    std::process::exit(code)
}

/// Whether this thread is in C's `exit` and may call it again: in a destructor of a thread-local of the main thread, or
/// in a handler of C. Asked without the lock, since it takes a while.
#[cold]
#[inline(never)]
pub(super) fn is_in_exit() -> bool {
    C::is_in_exit() && C::EXIT_CAN_BE_REPEATED
}

/// Ends the process after everything has run, without going through C's list.
#[cold]
pub(super) fn exit_without_c(state: Locked, code: i32) -> ! {
    // Otherwise the thread came by Rust's `exit` or from `main`, which flush Rust's streams. (Where a program in C has
    // called C's `exit`, an unfinished line of Rust's is lost.)
    let is_flush_needed = state.c_exit_may_hang || state.exit.as_ref().is_some_and(Exit::is_alone);
    drop(state);
    if is_flush_needed {
        flush::flush_in_time();
    }
    C::exit_at_once(code)
}

/// Everything has run that a signal runs, but other copies of this crate still run handlers, or one of them has been
/// exiting before: they end the process. The deadline goes on, and whoever calls C's `exit` passes our slots.
#[cfg(all(unix, feature = "signals"))]
pub(crate) fn leave_to_other_copies() {
    let mut state = state::lock();
    if let Some(exit) = &mut state.exit {
        exit.leave_to_other_copies();
    }
    state.changed();
    drop(watchdog::start_watchdog(state));
}
