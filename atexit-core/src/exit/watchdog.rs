//! The watchdog of the deadline: a thread that waits while the process exits, and ends it immediately when that takes
//! too long.

use std::fmt::Write as _;
use std::time::Duration;
use std::{mem, thread};

use crate::handler::print;
use crate::platform::{C, CRuntime, Short, SystemVec, bounds};
use crate::state::{self, Exit, Locked, Reason, State, Watchdog, WatchdogFunctions};

/// The status of a process whose exit took too long, as of `timeout` in GNU coreutils.
const TIMED_OUT: i32 = 124;

/// Sets the deadline. If the process is exiting, it counts from when that began.
pub(crate) fn set_deadline(deadline: Option<Duration>) {
    let mut state = state::lock();
    state.deadline.limit = deadline;
    state.deadline.functions = Some(&WatchdogFunctions { start, stop });
    state.changed();
    drop(start_watchdog(state));
}

/// If the process is exiting and there is a deadline, starts the watchdog, unless it has been.
#[inline]
pub(super) fn start_watchdog(state: Locked) -> Locked {
    match state.deadline.functions {
        Some(functions) => (functions.start)(state),
        None => state,
    }
}

/// All handlers have run: the watchdog goes, before the library that we are in may be unloaded.
#[inline]
pub(super) fn stop_watchdog(state: Locked) -> Locked {
    match state.deadline.functions {
        Some(functions) => (functions.stop)(state),
        None => state,
    }
}

fn start(mut state: Locked) -> Locked {
    let has_watchdog = !matches!(state.deadline.watchdog, Watchdog::None);
    if !state.deadline.is_set() || !is_counting(&state) || has_watchdog || !state.can_start_threads() {
        return state;
    }
    state.deadline.watchdog = Watchdog::Starting;
    drop(state);
    // Where no thread can be started there is no deadline.
    let thread = C::start_thread(wait_for_end);
    let mut state = state::lock();
    state.deadline.watchdog = thread.map_or(Watchdog::None, Watchdog::Thread);
    state.changed();
    state
}

fn stop(mut state: Locked) -> Locked {
    if state.exit.as_ref().is_some_and(Exit::is_left_to_other_copies) {
        // It goes on until they end the process, and so stays loaded.
        return state;
    }
    // For a thread that is starting the watchdog, which takes a call of the system's. Then for the watchdog, which sees
    // that everything has run; it waits for nothing but the state, and for who reads what it reports once the time is
    // up.
    while matches!(state.deadline.watchdog, Watchdog::Starting) {
        state = state::wait(state);
    }
    let Watchdog::Thread(thread) = mem::take(&mut state.deadline.watchdog) else { return state };
    drop(state);
    C::join_thread(thread);
    state::lock()
}

fn is_counting(state: &State) -> bool {
    state.exit.as_ref().is_some_and(Exit::is_under_deadline)
}

/// What the watchdog does.
fn wait_for_end() {
    const VERY_LONG: Duration = Duration::from_secs(60 * 60);

    let mut state = state::lock();
    while is_counting(&state) {
        let elapsed = state.exit.as_ref().map(Exit::elapsed).unwrap_or_default();
        let left = state.deadline.limit.map_or(VERY_LONG, |limit| limit.saturating_sub(elapsed));
        if left.is_zero() {
            // Nobody may read standard error any more, or a handler that is stuck may hold the lock of the allocator.
            C::start_thread(|| {
                thread::sleep(bounds::REPORT);
                end_the_process();
            });
            print(format_args!("{}", report(state)));
            end_the_process();
        }
        // For the end of the exit or another limit, and no longer than until the time is up.
        state = state::wait_at_most(state, left);
    }
}

fn end_the_process() -> ! {
    let signal = state::lock().exit.as_ref().and_then(Exit::signal);
    match signal {
        Some(signal) => C::end_by_signal(signal),
        None => C::end_now(TIMED_OUT),
    }
}

/// Names what is running and what is pending, a line each.
fn report(state: Locked) -> String {
    let limit = state.deadline.limit.unwrap_or_default();
    let (reason, signal) = (state.reason(), state.exit.as_ref().and_then(Exit::signal).map(Reason::Signal));
    let is_left_to_other_copies = state.exit.as_ref().is_some_and(Exit::is_left_to_other_copies);
    let mut all_running = SystemVec::new();
    state.in_flight.running().for_each(|running| all_running.push(running));
    let pending = state.pending.descriptions();
    // The program's allocator, which is asked below, may call us.
    drop(state);
    let mut report = String::new();
    // Writing to a string doesn't fail.
    if let Some(reason) = reason {
        let _ = write!(report, "exiting with {reason}");
        // By which it ends, also if a handler has called `exit`.
        if let Some(signal) = signal.filter(|signal| *signal != reason) {
            let _ = write!(report, ", after {signal}");
        }
        report.push_str("\natexit: ");
    }
    let _ = write!(report, "the exit deadline of {limit:?} has passed");
    for running in all_running.iter() {
        let _ = write!(report, "\natexit: handler {} is still running", running.handler.info());
        if let Some(begun) = running.begun {
            let _ = write!(report, " after {}", Short(begun.elapsed()));
        }
    }
    if is_left_to_other_copies {
        report.push_str("\natexit: handlers of another copy of this crate are still running");
    }
    for handler in pending.iter() {
        let _ = write!(report, "\natexit: handler {} is still pending and will not run", handler.info());
    }
    report
}
