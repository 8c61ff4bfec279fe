//! Flushing the standard streams where nothing else does, and where that might never end.

use std::io::Write as _;

use crate::platform::{C, CRuntime, bounds};
use crate::state;

/// Flushes the standard streams, on a thread of its own, and goes on when that takes too long: it may wait forever,
/// for a lock that another thread holds or for the reader of a pipe. Where no thread can be started, it does so in
/// place.
pub(crate) fn flush_in_time() {
    if C::has_ended_other_threads() {
        // One of them may have held a stream's lock. Rust's own exit flushes what can be had.
        return;
    }
    let mut state = state::lock();
    if !state.can_start_threads() {
        // While a DLL is unloaded no thread starts: so in place, for as long as the streams are locked.
        drop(state);
        return flush();
    }
    state.flushing += 1;
    drop(state);
    // Not one of the standard library, which would first wait for the loader's lock.
    let thread = C::start_thread(|| {
        flush();
        has_flushed();
    });
    if let Some(thread) = thread {
        // Not joined, since it may have to wait for the loader's lock when it ends.
        C::detach_thread(thread);
    } else {
        flush();
        has_flushed();
    }
    drop(state::wait_in_time(state::lock(), bounds::FLUSH, &mut |state| state.flushing == 0));
}

fn has_flushed() {
    let mut state = state::lock();
    // A child that was forked meanwhile waits for none.
    state.flushing = state.flushing.saturating_sub(1);
    state.changed();
}

fn flush() {
    // There is nowhere left to say that this failed.
    let _ = std::io::stdout().flush();
    C::flush_streams();
}
