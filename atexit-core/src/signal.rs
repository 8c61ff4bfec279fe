//! Exiting by a signal, or on Windows by a console event: what is received, by which thread, and what it does then.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use crate::exit;
use crate::platform::{Guard, Lock, Loss, Shared, Thread, bounds, start_for_handlers, wait_until};
use crate::state::{self, Cause};

#[cfg(unix)]
pub(crate) use unix::{DEFAULT, forget_those_of_the_parent};
#[cfg(windows)]
pub(crate) use windows::DEFAULT;
#[cfg(windows)]
pub use windows::{CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT};

/// Receives these from now on, if all of them can be received.
pub(crate) fn install(signals: &[i32]) -> io::Result<()> {
    signals.iter().copied().try_for_each(system::check)?;
    // The loader's lock may be held by a thread that waits for the one below.
    system::stay_loaded()?;
    let _installing = lock();
    signals.iter().copied().try_for_each(system::install)
}

/// The right to install signals, which one thread has at a time.
pub(crate) struct Installing;

static INSTALLING: Lock<Installing> = Lock::new(Installing);

impl Shared for Installing {
    fn place() -> &'static Lock<Self> {
        &INSTALLING
    }

    fn after_loss(_: Loss) -> Self {
        Self
    }
}

/// Locks what is installed, so that one thread installs at a time. That one waits for nothing but the thread that it
/// starts, and for that only for a bounded time.
pub(crate) fn lock() -> Guard<Installing> {
    INSTALLING.lock()
}

/// Starts the thread that waits for a signal, and waits until it runs: while it starts, it holds locks of the standard
/// library, which the child of a fork would find locked forever. Not for long, since a thread that starts may be
/// waiting for this one, if `install` is called in a library's constructor.
fn start_thread() -> io::Result<()> {
    static HAS_STARTED: AtomicBool = AtomicBool::new(false);

    HAS_STARTED.store(false, Relaxed);
    start_for_handlers("atexit signals", || {
        HAS_STARTED.store(true, Relaxed);
        exit_at_signal();
    })?;
    wait_until(|| HAS_STARTED.load(Relaxed), bounds::SIGNAL_THREAD_TO_START);
    Ok(())
}

/// What the thread does: waits for a signal, forever if none comes, and exits the process by it.
fn exit_at_signal() {
    let signal = system::wait();
    let mut state = state::lock();
    state.write_signal = Some(state::write_signal);
    if let Some(state) = exit::run_alone(state, Thread::current(), Cause::Signal(signal), None) {
        drop(state);
        // What handlers have printed; death by a signal flushes nothing.
        exit::flush_in_time();
        system::end(signal);
    }
    // Waits for the end of the process: by an exit that was going on already, or by another copy of this crate. If none
    // of them ends it, the deadline does, if there is one.
    state::wait_forever();
}
