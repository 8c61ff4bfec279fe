//! Panics that abort: where a program can't unwind, its panic hook is the last code that runs.

use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{deadline, flush, run_everything};
use crate::state::{self, AFTER_PANIC, Cause, Exit, Then};

/// Runs the pending handlers when a panic is about to abort the process, in a program built with `panic = "abort"`.
///
/// There a panic ends the process without running any handler. After this call, a panic on any thread runs them first,
/// once, on that thread and after the [panic hook](std::panic::set_hook) that was set before. Then the process aborts
/// as it would have. A handler that panics then aborts the process immediately. If the process is exiting already,
/// the panic lets the handlers finish; but it aborts after five seconds in which no further one begins, since one may
/// be waiting for the thread that has panicked.
///
/// Where panics unwind this changes nothing, since a panic may be caught; when it isn't and reaches `main`, the process
/// exits and runs the handlers anyway.
///
/// A panic hook that is set later replaces this one, so set your own before. Calling it again does nothing.
///
/// ```
/// # use atexit_core as atexit;
/// atexit::install_panic_hook();
/// atexit::register(|| println!("saved"));
/// ```
pub fn install_panic_hook() {
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
    match &mut state.exit {
        None => _ = state.begin_exit(|begun| Exit::alone(this, Cause::Panic, begun)),
        Some(exit) => {
            exit.add_waiting_panic();
            // For the handlers of the exit that is going on, as long as they give way to each other: one may be waiting
            // for this thread.
            let may_run;
            (state, may_run) = state::wait_while_handlers_begin(state, AFTER_PANIC, &mut |state| {
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
    state = deadline::watch(state);
    state = state::wait_for_others(state, this, None);
    drop(run_everything(state, this, Then::End));
    // An abort flushes nothing.
    flush::flush_in_time();
}
