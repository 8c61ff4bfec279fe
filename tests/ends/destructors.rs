//! Destructors of thread-locals, which may call anything in this crate: those of the thread that exits, whose
//! thread-locals C's `exit` destroys before it calls the first handler; those of the thread of a handler, which has
//! returned by then; and those of any other thread.

use atexit_test_support::Scenario;

/// On Windows a thread holds the loader's lock meanwhile, and WebAssembly has no threads.
#[cfg(not(unix))]
pub(crate) fn scenarios() -> Vec<Scenario> {
    Vec::new()
}

#[cfg(unix)]
pub(crate) use unix::scenarios;

/// Elsewhere, those of the main thread are never destroyed, or nothing is known of when.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod exiting;
#[cfg(unix)]
mod foreign;
#[cfg(unix)]
mod on_thread;
#[cfg(unix)]
mod other_thread;

#[cfg(unix)]
mod unix {
    use std::cell::RefCell;

    use atexit::Guard;
    use atexit_test_support::{Destructor, scenario};

    use super::Scenario;

    /// A promise, the program, what it prints, and the status with which it exits.
    pub(super) type Row = (&'static str, fn(), &'static str, i32);

    thread_local! {
        static CALLS: Destructor = const { Destructor::new() };
        static GUARD: RefCell<Option<Guard>> = const { RefCell::new(None) };
    }

    /// Has it called when this thread's thread-locals are destroyed.
    pub(super) fn when_destroyed(function: impl FnOnce() + 'static) {
        CALLS.with(|calls| calls.calls(function));
    }

    /// Keeps it until this thread's thread-locals are destroyed, which drops it.
    pub(super) fn keep_until_destroyed(guard: Guard) {
        GUARD.set(Some(guard));
    }

    fn rows() -> Vec<Row> {
        [
            #[cfg(all(target_os = "linux", target_env = "gnu"))]
            super::exiting::ROWS,
            super::on_thread::ROWS,
            super::other_thread::ROWS,
            super::foreign::ROWS,
        ]
        .concat()
    }

    pub(crate) fn scenarios() -> Vec<Scenario> {
        let of_row = |(name, program, stdout, status)| {
            scenario(name, program).ends_soon().times(100).prints(stdout).exits(status)
        };
        rows().into_iter().map(of_row).chain(super::on_thread::scenarios()).collect()
    }
}
