//! The static's hold on a value that it shares with others, until it lets go. Knows nothing of handlers.

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::platform::{bounds, wait_until};

/// Holds a value, which others get as long as it isn't let go.
///
/// Nobody waits without a bound, since the child of a fork would wait forever for a thread of its parent. A thread that
/// is getting the value while the static lets go has it, as far as that is concerned, and is the one to give up the
/// static's share.
pub(super) struct Hold<T> {
    /// How many threads are getting the value, in units of [`GETTING`], and [`LET_GO`].
    uses: AtomicUsize,
    value: UnsafeCell<Option<Arc<T>>>,
}

const LET_GO: usize = 1;
const GETTING: usize = 2;

/// Somebody else has the value, and the last to have it drops it.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct InUse;

// SAFETY: the value is changed by the thread that puts it there, before others know of it; and by the one that lets go,
// or the last of those that were getting it then, after which nobody looks at it. What others get is an `Arc`, which
// any thread may drop: hence both bounds.
unsafe impl<T: Send + Sync> Sync for Hold<T> {}

impl<T> Hold<T> {
    pub(super) const fn new() -> Self {
        Self { uses: AtomicUsize::new(0), value: UnsafeCell::new(None) }
    }

    /// Puts the value there.
    ///
    /// # Safety
    ///
    /// It is called once, and whatever else is called happens after it.
    pub(super) unsafe fn put(&self, value: T) {
        // SAFETY: as the caller promises, nobody else looks at it now.
        unsafe { *self.value.get() = Some(Arc::new(value)) };
    }

    /// Lets nobody get the value any more, and leaves it for [`let_go`](Self::let_go).
    pub(super) fn close(&self) {
        self.uses.fetch_or(LET_GO, Release);
    }

    pub(super) fn has_let_go(&self) -> bool {
        self.uses.load(Relaxed) & LET_GO != 0
    }

    /// The value, unless it was let go.
    pub(super) fn get(&self) -> Option<Arc<T>> {
        let begin = |uses| (uses & LET_GO == 0).then_some(uses + GETTING);
        self.uses.fetch_update(Acquire, Relaxed, begin).ok()?;
        // SAFETY: it isn't changed while a thread is getting it.
        let value = unsafe { (*self.value.get()).clone() };
        if self.uses.fetch_sub(GETTING, AcqRel) == GETTING | LET_GO {
            // SAFETY: the value was let go, and this is the last thread that was getting it.
            drop(unsafe { self.take() });
        }
        value
    }

    /// Lets go of the value, and drops it where it is unless somebody else has it. To be called once.
    pub(super) fn let_go(&self) -> Result<(), InUse> {
        // As one of those who get it, since otherwise nobody could tell when the others have it no longer.
        let got = self.get();
        let is_got_by_others = self.uses.fetch_or(LET_GO, AcqRel) >= GETTING;
        // SAFETY: no thread is getting the value, and none does from here on.
        let share = if is_got_by_others { None } else { unsafe { self.take() } };
        // If others are getting it, the last of them gives up the share.
        let Some(value) = got.or(share) else { return Ok(()) };
        // For threads of the program's that use it for a moment, as they may at any time. Those that keep it are not
        // waited for any longer; and in the child of a fork they are in the parent.
        wait_until(|| Arc::strong_count(&value) == 1, bounds::LAZY_USERS);
        let others = Arc::downgrade(&value);
        drop(value);
        if others.strong_count() == 0 { Ok(()) } else { Err(InUse) }
    }

    /// # Safety
    ///
    /// Nobody else looks at the value.
    unsafe fn take(&self) -> Option<Arc<T>> {
        // SAFETY: as the caller promises.
        unsafe { (*self.value.get()).take() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::{ptr, thread};

    use super::*;

    /// Counts how often it is dropped.
    struct Counted<'a>(&'a AtomicUsize);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }

    fn holding<T>(value: T) -> Hold<T> {
        let hold = Hold::new();
        // SAFETY: nobody else knows of it yet.
        unsafe { hold.put(value) };
        hold
    }

    #[test]
    fn a_value_that_nobody_has_is_dropped_where_it_is() {
        struct AtItsPlace<'a>(&'a AtomicUsize);

        impl Drop for AtItsPlace<'_> {
            fn drop(&mut self) {
                self.0.store(ptr::from_ref(self).addr(), Relaxed);
            }
        }

        let dropped_at = AtomicUsize::new(0);
        let hold = holding(AtItsPlace(&dropped_at));
        let place = hold.get().map(|value| ptr::from_ref(&*value).addr());
        assert_eq!((hold.has_let_go(), hold.let_go(), hold.has_let_go()), (false, Ok(()), true));
        assert_eq!(place, Some(dropped_at.load(Relaxed)));
        assert!(hold.get().is_none());
    }

    #[test]
    fn a_value_that_a_thread_uses_for_a_moment_is_dropped_after_that() {
        let drops = AtomicUsize::new(0);
        let hold = holding(Counted(&drops));
        let value = hold.get();
        thread::scope(|scope| {
            scope.spawn(|| {
                while !hold.has_let_go() {
                    thread::yield_now();
                }
                drop(value);
            });
            assert_eq!(hold.let_go(), Ok(()));
            assert_eq!(drops.load(Relaxed), 1);
        });
    }

    #[test]
    fn a_value_in_use_is_dropped_by_the_last_to_have_it() {
        let drops = AtomicUsize::new(0);
        let hold = holding(Counted(&drops));
        let value = hold.get();
        assert_eq!(hold.let_go(), Err(InUse));
        assert!(hold.get().is_none());
        assert_eq!(drops.load(Relaxed), 0);
        drop(value);
        assert_eq!(drops.load(Relaxed), 1);
    }

    #[test]
    fn a_value_that_nobody_may_get_is_still_let_go() {
        let drops = AtomicUsize::new(0);
        let hold = holding(Counted(&drops));
        hold.close();
        assert!(hold.get().is_none());
        assert_eq!((hold.let_go(), drops.load(Relaxed)), (Ok(()), 1));
    }

    #[test]
    fn without_a_value_there_is_nothing_to_let_go() {
        let hold = Hold::<u8>::new();
        assert_eq!((hold.let_go(), hold.get()), (Ok(()), None));
    }

    #[test]
    fn a_value_that_was_not_let_go_is_dropped_with_its_hold() {
        let drops = AtomicUsize::new(0);
        drop(holding(Counted(&drops)));
        assert_eq!(drops.load(Relaxed), 1);
    }

    #[test]
    fn a_value_that_threads_get_while_it_is_let_go_is_dropped_once() {
        const THREADS: usize = 3;
        for _ in 0..if cfg!(miri) { 30 } else { 300 } {
            let (drops, begin) = (AtomicUsize::new(0), Barrier::new(THREADS + 1));
            let hold = holding(Counted(&drops));
            thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        begin.wait();
                        while let Some(value) = hold.get() {
                            assert_eq!(value.0.load(Relaxed), 0);
                        }
                    });
                }
                begin.wait();
                let _ = hold.let_go();
            });
            assert!(hold.get().is_none());
            assert_eq!(drops.load(Relaxed), 1);
        }
    }
}
