//! Panics that abort: where a program can't unwind, its panic hook is the last code that runs.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{flush, run_everything, watchdog};
use crate::platform::{Thread, bounds};
use crate::state::{self, Arrival, Cause, Exit, Locked, Then};

/// Sets the hook, once.
pub(crate) fn install_panic_hook() {
    static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
    if !cfg!(panic = "abort") || IS_INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        previous(info);
        run_before_abort();
    }));
}

/// The process aborts when this returns.
fn run_before_abort() {
    let mut state = state::lock();
    let this = state.this_thread();
    if state.exit.as_ref().is_some_and(|exit| exit.is_by(this) && exit.is_by_panic()) {
        // A handler that a panic runs has panicked.
        return;
    }
    state.abandon_runs(this);
    state.wait_for_panic = Some(wait_for_panic);
    match &mut state.exit {
        None => _ = state.begin_exit(|begun| Exit::alone(this, Cause::Panic, None, begun)),
        Some(exit) => {
            exit.add_waiting_panic();
            // For the handlers of the exit that is going on, as long as they give way to each other: one may be waiting
            // for this thread.
            let may_run;
            (state, may_run) = state::wait_while_handlers_begin(state, bounds::AFTER_PANIC, &mut |state| {
                state.exit.as_ref().is_none_or(|exit| exit.may_panic_run(this))
            });
            if !may_run {
                return;
            }
            if let Some(exit) = &mut state.exit {
                exit.take_over_for_panic(this);
            }
        }
    }
    state.changed();
    state = watchdog::start_watchdog(state);
    drop(run_everything(state, this, Then::End));
    // An abort flushes nothing.
    flush::flush_in_time();
}

/// A panic is going to end the process: waits for that, or until a handler that it runs calls `exit`. The thread that
/// has panicked doesn't wait for this one, and aborts when its handlers have run, or earlier if it has no turn in time.
fn wait_for_panic(mut state: Locked, this: Thread) -> Locked {
    if let Some(exit) = &mut state.exit {
        exit.park(this);
    }
    while state.is_left_to_panic() || state.arrival(this) == Arrival::Wait {
        state = state::wait(state);
    }
    state.take_exit_from_there(this);
    state::wait_for_others(state, this)
}
