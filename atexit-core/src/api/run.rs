//! Running what is pending now.

use crate::pending::DownTo;
use crate::{startup, state};

/// Runs all pending handlers now, on this thread and in the order in which they would run at exit: also those of the
/// libraries that the program uses.
///
/// Handlers registered meanwhile run next, so nothing is pending when this returns unless another thread registers.
/// What has run doesn't run again at exit. A handler that another thread is already running is not waited for. If
/// another thread exits meanwhile, the exit waits for the handler that this is running: so that must not wait for a
/// handler that is still pending.
///
/// Called at the end of `main`, it runs every handler while everything that `main` set up, including in C and C++, is
/// still alive.
///
/// A handler that panics or returns `Err` is reported like at exit, and the rest run.
///
/// ```standalone_crate
/// # use atexit_core as atexit;
/// atexit::register(|| println!("second"));
/// atexit::register(|| println!("first"));
/// atexit::run();
/// ```
#[doc(alias("_run_exitfuncs", "run_exitfuncs", "teardown", "cleanup"))]
pub fn run() {
    startup::link();
    let state = state::lock();
    let this = state.this_thread();
    drop(crate::run::all_down_to(state, this, DownTo::Oldest));
}
