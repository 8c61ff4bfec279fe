//! A lock that can be taken even where the system has ended the thread that holds it.

use std::sync::{Mutex, MutexGuard, PoisonError};
#[cfg(all(windows, not(miri)))]
use std::sync::{OnceLock, TryLockError};

#[cfg(all(windows, not(miri)))]
use super::{C, CRuntime};

/// A mutex whose panics don't matter.
///
/// On Windows, `ExitProcess` ends all other threads before libraries run their handlers. What such a thread held stays
/// locked, and may be half changed, so nobody may look at it: then there is a new value in its place.
///
/// To wait for it would be to wait forever, or the end of the process: since Vista, Windows ends one that then waits
/// for a critical section (Raymond Chen, "During process termination, the gates are now electrified", 2010).
pub(crate) struct Lock<T> {
    mutex: Mutex<T>,
    #[cfg(all(windows, not(miri)))]
    replacement: OnceLock<Mutex<T>>,
    #[cfg(all(windows, not(miri)))]
    replace: fn() -> T,
}

impl<T> Lock<T> {
    /// `replace` makes the value that takes the place of one that can't be had any more.
    #[cfg_attr(any(not(windows), miri), expect(unused_variables, reason = "values are not lost elsewhere"))]
    pub(crate) const fn new(value: T, replace: fn() -> T) -> Self {
        Self {
            mutex: Mutex::new(value),
            #[cfg(all(windows, not(miri)))]
            replacement: OnceLock::new(),
            #[cfg(all(windows, not(miri)))]
            replace,
        }
    }

    #[cfg(any(not(windows), miri))]
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(all(windows, not(miri)))]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        if !C::has_ended_other_threads() {
            return self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        }
        // Only this thread is left, and it never locks what it holds.
        match self.mutex.try_lock() {
            Ok(value) => value,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                let replacement = self.replacement.get_or_init(|| Mutex::new((self.replace)()));
                replacement.lock().unwrap_or_else(PoisonError::into_inner)
            }
        }
    }
}
