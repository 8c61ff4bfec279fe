//! Which thread forks, as the locks have it noted, and waiting for it.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};

use crate::platform::{C, CRuntime, Pauses, bounds, wait_until};

/// The fork that goes on, as one lock has it noted. Changed and read only under that lock, or in a child with one
/// thread; but `thread`, `process` and `waiting` are also read without it.
pub(super) struct Forks {
    /// The number of the thread that forks; 0, if none does.
    thread: AtomicUsize,
    /// The process that it forks.
    process: AtomicU32,
    /// How many forks that thread is in: a function that is called around a fork may fork.
    depth: AtomicUsize,
    /// How many forks have begun.
    begun: AtomicUsize,
    /// How many threads wait for a fork.
    waiting: AtomicUsize,
    /// Another thread didn't wait for the fork any longer.
    is_passed: AtomicBool,
}

impl Forks {
    pub(super) const fn new() -> Self {
        Self {
            thread: AtomicUsize::new(0),
            process: AtomicU32::new(0),
            depth: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            is_passed: AtomicBool::new(false),
        }
    }

    pub(super) fn is_going_on(&self) -> bool {
        self.thread.load(Relaxed) != 0
    }

    pub(super) fn is_by_this_thread(&self) -> bool {
        self.thread.load(Relaxed) == C::thread_number()
    }

    /// Whether this thread has forked, and this is the child.
    pub(super) fn is_in_child(&self) -> bool {
        self.is_by_this_thread() && self.process.load(Relaxed) != C::process_number()
    }

    /// Whether no thread has gone on during the fork but the one that forks.
    pub(super) fn has_kept_others_out(&self) -> bool {
        !self.is_passed.load(Relaxed)
    }

    /// This thread is about to fork.
    pub(super) fn begin(&self) {
        let this = C::thread_number();
        if self.thread.swap(this, Relaxed) != this {
            self.depth.store(0, Relaxed);
            self.is_passed.store(false, Relaxed);
        }
        self.process.store(C::process_number(), Relaxed);
        self.depth.fetch_add(1, Relaxed);
        self.begun.fetch_add(1, Relaxed);
    }

    /// This thread has forked, and this is the parent.
    pub(super) fn end(&self) {
        // Another thread may have forked since, having waited long enough for this one.
        if self.is_by_this_thread() && self.depth.fetch_sub(1, Relaxed) == 1 {
            self.thread.store(0, Relaxed);
        }
    }

    /// This is the child: there is no other thread.
    pub(super) fn end_in_child(&self) {
        self.waiting.store(0, Relaxed);
        if self.is_by_this_thread() {
            self.end();
        } else {
            // By a thread that isn't part of this process.
            self.thread.store(0, Relaxed);
        }
    }

    /// Waits until no other thread forks, which is until the system has called what is to be called around the fork.
    /// That is code of anyone's, which may wait for this thread: so not for long, and after that no thread waits any
    /// more. The child then finds the value whole unless a thread is changing it at that very moment.
    ///
    /// To be called under the lock that is `held`: it is let go while this pauses, and locked again by `lock`.
    pub(super) fn wait<H>(&self, mut held: H, lock: impl Fn() -> H) -> H {
        let mut fork = self.begun.load(Relaxed);
        let mut pauses = Pauses::new(bounds::FORK);
        while self.is_going_on() && !self.is_by_this_thread() && self.has_kept_others_out() {
            self.waiting.fetch_add(1, Relaxed);
            drop(held);
            let has_paused = pauses.pause();
            held = lock();
            self.waiting.fetch_sub(1, Relaxed);
            if self.begun.load(Relaxed) != fork {
                // That one is over, and another one goes on.
                fork = self.begun.load(Relaxed);
                pauses = Pauses::new(bounds::FORK);
            } else if !has_paused {
                self.is_passed.store(true, Relaxed);
            }
        }
        held
    }

    /// Waits until those threads have gone on that wait for the fork before this one: otherwise a thread that forks in
    /// a loop would keep them waiting. They only have to wake up from a pause, and lock; but nothing depends on it, so
    /// it is not waited for any longer than a few pauses take.
    pub(super) fn let_others_go_on(&self) {
        wait_until(|| self.waiting.load(Relaxed) == 0 || self.is_by_this_thread(), bounds::AFTER_FORK);
    }
}
