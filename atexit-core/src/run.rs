//! Running what is pending.

use crate::exit::trace;
use crate::handler::Entry;
use crate::pending::{Key, Since};
use crate::state::{self, State};
use crate::thread::Thread;

/// Runs all pending handlers on this thread, in the order in which they would run at exit.
///
/// Handlers registered meanwhile run next, so nothing is pending when this returns unless another thread registers.
/// What has run doesn't run again at exit. A handler that another thread is already running is not waited for.
///
/// Called at the end of `main`, it runs every handler while all that `main` set up, in C and C++ too, is still alive.
///
/// A handler that panics or returns `Err` is reported like at exit, and the rest run.
///
/// ```
/// # use atexit_core as atexit;
/// atexit::register(|| println!("second"));
/// atexit::register(|| println!("first"));
/// atexit::run();
/// ```
pub fn run() {
    since(Since::Ever);
}

/// Runs what is pending, newest first, and what is registered meanwhile, too.
pub(crate) fn since(since: Since) {
    run_each(|state, this| state.next(this, since));
}

/// Takes the one handler out and runs it, if it is still pending.
pub(crate) fn one(key: Key) {
    let mut left = Some(key);
    run_each(|state, this| state.next_by_key(this, left.take()?));
}

fn run_each(mut next: impl FnMut(&mut State, Thread) -> Option<Entry>) {
    let mut state = state::lock();
    let this = state.this_thread();
    state.begin_run(this);
    let depth = state.runs.depth(this);
    while let Some(entry) = next(&mut state, this) {
        drop(state);
        trace::run(entry, depth);
        state = state::lock();
    }
    state.end_run(this);
}
