//! Which thread this is, told without a destructor, so that it can be told at any time; and doing on another thread what
//! might never end.

use std::{io::Write as _, sync::mpsc, time::Duration};

/// A thread. Two that live at the same time are never equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Thread(usize);

impl Thread {
    /// `std::thread::current` may panic once the thread's locals are gone, which they are when handlers run. A
    /// thread-local without a destructor stays, and its address is the thread's own.
    pub(crate) fn current() -> Self {
        thread_local!(static HERE: u8 = const { 0 });
        Self(HERE.with(|here| std::ptr::from_ref(here) as usize))
    }
}

/// Flushes the standard streams, on a thread of its own, and goes on when that takes too long: it may wait for ever, for a
/// lock that another thread holds or for the reader of a pipe.
pub(crate) fn flush_in_time() {
    const ENOUGH: Duration = Duration::from_secs(1);

    let (done, wait) = mpsc::channel();
    let flush = move || {
        // There is nowhere left to say that this failed, and nobody may be waiting any more.
        let _ = std::io::stdout().flush();
        crate::platform::flush_c_streams();
        let _ = done.send(());
    };
    if std::thread::Builder::new().spawn(flush).is_ok() {
        let _ = wait.recv_timeout(ENOUGH);
    }
}
