//! Which thread this is, told without a destructor, so that it can be told at any time; and doing on another thread what
//! might never end.

use std::sync::mpsc;
use std::time::Duration;

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

/// Does it on a thread of its own, and goes on when that takes too long. What writes to a standard stream may wait for ever:
/// for a lock that another thread holds, or for a reader of the pipe.
pub(crate) fn in_time(what: impl FnOnce() + Send + 'static) {
    const ENOUGH: Duration = Duration::from_secs(1);

    let (done, wait) = mpsc::channel();
    let what = move || {
        what();
        // Nobody may be waiting any more.
        let _ = done.send(());
    };
    if std::thread::Builder::new().spawn(what).is_ok() {
        let _ = wait.recv_timeout(ENOUGH);
    }
}
