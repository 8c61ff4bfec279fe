//! Flushing the standard streams where nothing else does, and where that might never end.

use std::io::Write as _;
use std::sync::mpsc;
use std::time::Duration;

use crate::platform::{C, CRuntime};
use crate::state;

/// Flushes the standard streams, on a thread of its own, and goes on when that takes too long: it may wait forever,
/// for a lock that another thread holds or for the reader of a pipe. Where no thread can be started, it does so in
/// place.
pub(crate) fn flush_in_time() {
    const ENOUGH: Duration = Duration::from_secs(1);

    if C::has_ended_other_threads() {
        // One of them may have held a stream's lock. Rust's own exit flushes what can be had.
        return;
    }
    if !state::lock().can_start_threads() {
        flush();
        return;
    }
    let (done, wait) = mpsc::channel();
    let flush_and_tell = move || {
        flush();
        // Nobody may be waiting any more.
        let _ = done.send(());
    };
    match std::thread::Builder::new().spawn(flush_and_tell) {
        Ok(_) => _ = wait.recv_timeout(ENOUGH),
        Err(_) => flush(),
    }
}

fn flush() {
    // There is nowhere left to say that this failed.
    let _ = std::io::stdout().flush();
    C::flush_streams();
}
