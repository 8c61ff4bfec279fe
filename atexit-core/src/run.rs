//! Running what is pending.

use crate::exit::trace;
use crate::handler::Entry;
use crate::pending::{DownTo, Key};
use crate::state::{self, Locked, State};
use crate::thread::Thread;

/// Runs all pending handlers on this thread, in the order in which they would run at exit.
///
/// Handlers registered meanwhile run next, so nothing is pending when this returns unless another thread registers.
/// What has run doesn't run again at exit. A handler that another thread is already running is not waited for. If
/// another thread exits meanwhile, the exit waits for the handler that this is running: so that must not wait for a
/// handler that is still pending.
///
/// Called at the end of `main`, it runs every handler while all that `main` set up, in C and C++ too, is still alive.
///
/// A handler that panics or returns `Err` is reported like at exit, and the rest run.
///
/// ```standalone_crate
/// # use atexit_core as atexit;
/// atexit::register(|| println!("second"));
/// atexit::register(|| println!("first"));
/// atexit::run();
/// ```
pub fn run() {
    let state = state::lock();
    let this = state.this_thread();
    drop(all_down_to(state, this, DownTo::Oldest));
}

/// Runs what is pending, newest first, and what is registered meanwhile, too.
pub(crate) fn all_down_to(state: Locked, this: Thread, down_to: DownTo) -> Locked {
    run_each(state, this, |state| state.next(this, down_to))
}

/// Takes the one handler out and runs it, if it is still pending.
pub(crate) fn one(key: Key) {
    let state = state::lock();
    let this = state.this_thread();
    let mut left = Some(key);
    drop(run_each(state, this, |state| state.next_by_key(this, left.take()?)));
}

/// The state is unlocked while a handler runs, and only then.
fn run_each(mut state: Locked, this: Thread, mut next: impl FnMut(&mut State) -> Option<Entry>) -> Locked {
    state.in_flight.begin(this);
    while let Some(entry) = next(&mut state) {
        if trace::is_on() {
            let is_in_another = state.in_flight.depth(this) > 1;
            drop(state);
            trace::run(entry, is_in_another);
        } else {
            drop(state);
            entry.run();
        }
        state = state::lock_inline();
    }
    state.in_flight.end(this);
    state.changed();
    state
}
