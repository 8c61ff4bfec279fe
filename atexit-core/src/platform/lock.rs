//! A lock around a static value, for which no thread ever waits in vain: not where the system has ended the thread that
//! holds it, nor in the child of a fork, nor in functions passed to `pthread_atfork`.
//!
//! # Forks
//!
//! The child of a fork has one thread, and needs the value whole. So no other thread may be changing it when the
//! process forks. But the lock can't stay locked from [`begin_fork`](Lock::begin_fork) on: until the process forks, and
//! from then until [`end_fork_in_parent`](Lock::end_fork_in_parent), the system calls what other code has passed to
//! `pthread_atfork`, and that may call anything in this crate, or unload the library that this code is part of, all on
//! the same thread.
//!
//! So `begin_fork` lets go of the lock, and leaves a note of which thread forks. That thread may lock the value as
//! ever. Another one that locks it finds the note, and waits before it changes anything, though not for long: see
//! [`Forks::wait`]. At the fork such a thread may hold the mutex; the child then finds it locked, but the value whole,
//! and replaces the mutex. The first call there that finds it locked does so, which may be one of other code's before
//! [`end_fork_in_child`](Lock::end_fork_in_child).
//!
//! # Panics
//!
//! Nothing panics while a value is locked; the compiler doesn't know that, and makes code and tables that unlock it.
//! What is called then is `extern "C"` where it is out of line, since that never unwinds: it makes a program that has
//! handlers two kilobytes smaller.

mod forks;

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

#[cfg(all(windows, not(miri)))]
use super::{C, CRuntime};
use forks::Forks;

/// A value that has one lock around it.
pub(crate) trait Shared: Sized + Send + 'static {
    /// The lock around the value.
    fn place() -> &'static Lock<Self>;

    /// The value that takes the place of one that a thread was changing, and that nobody will finish.
    fn after_loss(loss: Loss) -> Self;

    /// Called afterwards, when the lock is free. May allocate.
    fn report_loss(_: Loss) {}

    /// Called under the lock, by the first thread that locks the value after somebody has
    /// [called for attention](Lock::call_for_attention).
    fn attend(&mut self) {}
}

/// How the thread was lost that was changing a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(any(not(windows), miri), expect(dead_code, reason = "threads are not ended elsewhere"))]
pub(crate) enum Loss {
    /// The system has ended it, with all others but one.
    ProcessEnds,
    /// It is not part of the child of a fork.
    Fork,
}

/// A mutex whose panics don't matter, and which forks and the end of the process don't leave locked.
pub(crate) struct Lock<T> {
    mutex: UnsafeCell<Mutex<T>>,
    /// Where the value is in the mutex, noted by `begin_fork`.
    offset: AtomicUsize,
    /// Whether the next thread to lock it must do something first: look whether another one forks, and
    /// [attend](Shared::attend) to the value.
    needs_attention: AtomicBool,
    forks: Forks,
}

// SAFETY: the mutex is there to be shared; it is replaced only while there is no other thread.
unsafe impl<T: Send> Sync for Lock<T> {}

/// The value, locked.
pub(crate) struct Guard<T: 'static>(ManuallyDrop<MutexGuard<'static, T>>);

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            mutex: UnsafeCell::new(Mutex::new(value)),
            offset: AtomicUsize::new(0),
            needs_attention: AtomicBool::new(false),
            forks: Forks::new(),
        }
    }

    fn mutex(&self) -> &Mutex<T> {
        // SAFETY: it is replaced only while there is no other thread, by functions that use no reference to it then.
        unsafe { &*self.mutex.get() }
    }

    /// Locks the mutex, out of line: where it is free, [`lock`](Self::lock) does so itself.
    #[cold]
    #[inline(never)]
    fn wait_for_mutex(&self) -> MutexGuard<'_, T> {
        self.mutex().lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Shared> Lock<T> {
    /// Waits for the thread that has locked it, which meanwhile runs no code of the user's, and waits only for what the
    /// comments on that lock say; and for a thread that forks: see [`Forks::wait`].
    #[inline]
    pub(crate) fn lock(&'static self) -> Guard<T> {
        #[cfg(all(windows, not(miri)))]
        if C::has_ended_other_threads() {
            return self.lock_alone();
        }
        match self.mutex().try_lock() {
            Ok(mutex) => self.guard(mutex),
            Err(TryLockError::Poisoned(poisoned)) => self.guard(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => self.lock_contended(),
        }
    }

    #[cold]
    fn lock_contended(&'static self) -> Guard<T> {
        if self.forks.is_in_child() {
            self.recover_in_child();
        }
        self.guard(self.wait_for_mutex())
    }

    #[inline]
    fn guard(&'static self, mutex: MutexGuard<'static, T>) -> Guard<T> {
        // Acquire: whoever sees that it was called for sees why.
        if self.needs_attention.load(Acquire) {
            return self.attend(mutex);
        }
        Guard::of(mutex)
    }

    /// Makes the next thread that locks the value [attend](Shared::attend) to it. May be called at any time.
    #[inline]
    pub(crate) fn call_for_attention(&self) {
        self.needs_attention.store(true, Release);
    }

    #[cold]
    fn attend(&'static self, mutex: MutexGuard<'static, T>) -> Guard<T> {
        let mut guard = Guard::of(self.forks.wait(mutex, || self.wait_for_mutex()));
        // Cleared before looking, so that no call is lost; kept set while a thread forks, so that every thread looks.
        self.needs_attention.swap(self.forks.is_going_on(), AcqRel);
        guard.attend();
        guard
    }

    /// Lets those go on that wait for the fork before this one: see [`Forks::let_others_go_on`].
    pub(crate) fn let_others_go_on(&self) {
        self.forks.let_others_go_on();
    }

    /// This thread, which has locked the value, is about to fork: no other one changes it from now on.
    pub(crate) fn begin_fork(&self, locked: Guard<T>) {
        self.offset.store((&raw const *locked).addr() - self.mutex.get().addr(), Relaxed);
        self.forks.begin();
        self.call_for_attention();
        drop(locked);
    }

    /// Whether this thread forks.
    pub(crate) fn is_forked_by_this_thread(&self) -> bool {
        self.forks.is_by_this_thread()
    }

    /// This thread has forked, and this is the parent.
    pub(crate) fn end_fork_in_parent(&'static self) {
        let mutex = self.wait_for_mutex();
        self.forks.end();
        drop(mutex);
    }

    /// This thread has forked, and this is the child: there is no other thread.
    pub(crate) fn end_fork_in_child(&'static self) {
        self.recover_in_child();
        self.forks.end_in_child();
    }

    /// Puts another mutex in the place of one that a thread holds which is not part of this process.
    #[cold]
    #[inline(never)]
    fn recover_in_child(&'static self) {
        if !matches!(self.mutex().try_lock(), Err(TryLockError::WouldBlock)) {
            return;
        }
        let is_whole = self.forks.is_by_this_thread() && self.forks.has_kept_others_out();
        let place = self.mutex.get();
        // SAFETY: there is no other thread, and this one doesn't hold the mutex. So it has that to itself, and the
        // value in it, which is where `begin_fork` found it. That is moved to another mutex if it is whole; otherwise
        // what it owns is left alone.
        unsafe {
            let value = place.byte_add(self.offset.load(Relaxed)).cast::<T>();
            let value = if is_whole { value.read() } else { T::after_loss(Loss::Fork) };
            place.write(Mutex::new(value));
        }
        if !is_whole {
            T::report_loss(Loss::Fork);
        }
    }

    /// `ExitProcess` has ended all other threads, wherever they were, before libraries run their handlers. What such a
    /// thread held stays locked, and may be half changed, so nobody may look at it: a new value takes its place.
    ///
    /// To wait for it would be to wait forever, or the end of the process: since Vista, Windows ends one that then
    /// waits for a critical section (Raymond Chen, "During process termination, the gates are now electrified", 2010).
    #[cfg(all(windows, not(miri)))]
    #[cold]
    fn lock_alone(&'static self) -> Guard<T> {
        // This thread never locks what it holds.
        if matches!(self.mutex().try_lock(), Err(TryLockError::WouldBlock)) {
            // SAFETY: there is no other thread any more, and no reference to it is left. What the value owns is left
            // alone.
            unsafe { self.mutex.get().write(Mutex::new(T::after_loss(Loss::ProcessEnds))) };
            T::report_loss(Loss::ProcessEnds);
        }
        self.guard(self.wait_for_mutex())
    }
}

impl<T> Guard<T> {
    #[inline]
    fn of(held: MutexGuard<'static, T>) -> Self {
        Self(ManuallyDrop::new(held))
    }

    #[inline]
    fn into_held(self) -> MutexGuard<'static, T> {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: nobody uses it afterwards.
        unsafe { ManuallyDrop::take(&mut this.0) }
    }

    /// Unlocks the value in line, for where most of the time goes. To drop the guard does the same with less code.
    #[allow(clippy::inline_always, reason = "as with `lock_inline`")]
    #[inline(always)]
    pub(crate) fn unlock_inline(self) {
        drop(self.into_held());
    }
}

impl<T: Shared> Guard<T> {
    /// Unlocks the value until `condvar` is told, and locks it again. The caller says what it waits for.
    pub(crate) fn wait(self, condvar: &Condvar) -> Self {
        T::place().guard(condvar.wait(self.into_held()).unwrap_or_else(PoisonError::into_inner))
    }

    /// The same, at most for that long.
    pub(crate) fn wait_at_most(self, condvar: &Condvar, time: Duration) -> Self {
        T::place().guard(condvar.wait_timeout(self.into_held(), time).unwrap_or_else(PoisonError::into_inner).0)
    }
}

impl<T> Drop for Guard<T> {
    #[inline]
    fn drop(&mut self) {
        /// Out of line, which is less code than at each place where it is called.
        #[inline(never)]
        extern "C" fn unlock<H>(held: H) {
            drop(held);
        }

        // SAFETY: nobody uses it afterwards.
        unlock(unsafe { ManuallyDrop::take(&mut self.0) });
    }
}

impl<T> Deref for Guard<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Guard<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    struct Value {
        number: u32,
    }

    static VALUE: Lock<Value> = Lock::new(Value { number: 0 });

    impl Shared for Value {
        fn place() -> &'static Lock<Self> {
            &VALUE
        }

        fn after_loss(_: Loss) -> Self {
            Self { number: 99 }
        }
    }

    #[test]
    fn while_a_thread_forks_it_gets_through_and_others_wait() {
        VALUE.begin_fork(VALUE.lock());
        VALUE.lock().number = 1;
        // A function that is called around the fork forks.
        VALUE.begin_fork(VALUE.lock());
        VALUE.lock().number = 2;
        VALUE.end_fork_in_parent();
        let other = thread::spawn(|| {
            let mut value = VALUE.lock();
            value.number *= 10;
        });
        VALUE.lock().number = 3;
        assert_eq!(VALUE.lock().number, 3);
        VALUE.end_fork_in_parent();
        other.join().unwrap();
        assert_eq!(VALUE.lock().number, 30);
        assert!(!VALUE.forks.is_going_on());
    }
}
