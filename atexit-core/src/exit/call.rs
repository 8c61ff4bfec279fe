//! A thread that calls `exit`: for the first time, beside another one, or once more.

use super::alone::{call_or_hand_over, exit_alone, exit_by_c, exit_without_c, is_in_exit};
use super::{at_slot, run_all, run_everything, watchdog};
use crate::pending::DownTo;
use crate::platform::{C, CRuntime, Thread};
use crate::state::{self, Call, Exit, Locked, Then, Way, wait_forever};

/// Runs all pending handlers and exits the process with this status.
pub(crate) fn exit(code: i32) -> ! {
    let this = Thread::current();
    let mut state = state::lock();
    if state.in_flight.ask_to_exit(this, code) {
        state.changed();
        drop(state);
        // The thread that this one acts for exits in its place.
        wait_forever();
    }
    // The handlers that this thread is in, if it is in any, will not be returned to.
    state.abandon_runs(this);
    match Exit::call_by(state.exit.as_ref(), this) {
        Call::First | Call::OtherFirst if state.can_call_exit() => {
            drop(state);
            call_exit(this, code)
        }
        Call::First => exit_alone(state, this, code),
        Call::Again => again(state, this, code),
        Call::OtherFirst | Call::Elsewhere => leave_to_other_thread(state, this, code),
    }
}

/// Calls C's `exit`, which comes to our slots, and handlers of C may come before the first.
fn call_exit(this: Thread, code: i32) -> ! {
    let is_in_exit = is_in_exit();
    let mut state = state::lock();
    match Exit::call_by(state.exit.as_ref(), this) {
        Call::First => {}
        // Another thread has called `exit` and has not come to a slot. It may be waiting for this one, which has called
        // Rust's or C's: whoever is in that exits.
        Call::OtherFirst if is_in_exit => {}
        Call::OtherFirst | Call::Elsewhere => leave_to_other_thread(state, this, code),
        Call::Again => again(state, this, code),
    }
    // An exit that is there already learns of the call, too.
    state.begin_exit(|begun| Exit::called(this, code, begun)).note_call(this, code);
    drop(watchdog::start_watchdog(state));
    exit_by_c(code, is_in_exit)
}

/// Waits for another thread to end the process. Or, if that runs everything by itself because of a signal, until it
/// leaves the end to other copies of this crate: it may be a handler of theirs that waits here, and exits then.
#[cold]
fn leave_to_other_thread(mut state: Locked, this: Thread, code: i32) -> ! {
    while matches!(Exit::call_by(state.exit.as_ref(), this), Call::OtherFirst | Call::Elsewhere) {
        state = state::wait(state);
    }
    drop(state);
    exit(code)
}

/// Exits with another status, from a handler or whatever else runs at exit on this thread.
#[cold]
fn again(mut state: Locked, this: Thread, code: i32) -> ! {
    let (can_call, can_repeat) = (state.can_call_exit(), state.can_repeat_exit());
    let Some(exit) = &mut state.exit else { unreachable!("the exit has begun") };
    exit.learn_code_of_handler(code);
    match exit.way(can_call, can_repeat) {
        Way::Repeat(left) => {
            match left {
                Some(DownTo::Oldest) => state = run_everything(state, this, Then::BackToC),
                Some(down_to) => state = run_all(state, this, down_to),
                None => {}
            }
            if let Some(exit) = &mut state.exit {
                exit.note_call(this, code);
            }
            at_slot::leave(state, this);
            C::repeat_exit(code)
        }
        Way::CallOrHandOver => call_or_hand_over(run_everything(state, this, Then::End), this, code),
        Way::WithoutC => exit_without_c(run_everything(state, this, Then::End), code),
    }
}
