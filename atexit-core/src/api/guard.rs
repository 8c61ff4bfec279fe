//! A handler that goes with a value.

use std::mem::ManuallyDrop;
use std::panic::Location;

use super::register::{Registration, WhenTooLate};
use crate::handler::{Entry, Handler};
use crate::run;

/// Registers a handler that runs when the returned [`Guard`] is dropped or when the process exits, whichever comes
/// first. Keep the guard in a variable, as in `let _guard = guard(…)`: `let _ = guard(…)` runs the handler at once.
///
/// When the guard is dropped, the handler runs there, on that thread. At exit it runs in its place among the others, as
/// after [`register`](crate::register). Unlike a `Drop` of your own, this also cleans up when the program exits by a
/// call of [`exit`](crate::exit()).
///
/// The handler runs at most once. If another thread is running it when the guard is dropped, the drop doesn't wait.
/// After [`unregister`](crate::unregister) or [`clear`](crate::clear), dropping the guard does nothing. A guard made
/// after everything has run at exit runs its handler when it is dropped.
///
/// The exit waits for a handler that another thread runs by dropping its guard, before it runs those that are left. So
/// the handler must not wait for one that is still pending.
///
/// A handler that panics or returns `Err` is reported, and the drop returns normally.
///
/// ```rust,ignore-wasi
/// # use atexit_core as atexit;
/// # fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("atexit-guard-{}", std::process::id()));
/// std::fs::write(&path, "locked by this process")?;
/// let lock = atexit::guard({
///     let path = path.clone();
///     move || std::fs::remove_file(path)
/// });
/// // …what is done under the lock: it may return early, panic, or exit the process.
/// drop(lock);
/// assert!(!path.exists());
/// # Ok(())
/// # }
/// ```
#[doc(alias("defer", "scopeguard", "on_drop", "finally", "cleanup", "rollback", "RAII"))]
#[track_caller]
pub fn guard<H: Handler<()>>(handler: H) -> Guard {
    Guard { registration: Registration::of(Entry::new(handler, (), Location::caller()), WhenTooLate::Keep) }
}

/// Runs its handler when dropped, on the thread that drops it, unless the handler has begun to run at exit or was
/// unregistered. Returned by [`guard`].
#[must_use = "a guard that isn't kept runs its handler at once; to run it at exit, use `register`"]
#[derive(Debug)]
pub struct Guard {
    registration: Registration,
}

impl Guard {
    /// Unregisters the handler: it never runs, and is dropped immediately, on this thread.
    ///
    /// ```
    /// # use atexit_core as atexit;
    /// let undo = atexit::guard(|| println!("rolled back"));
    /// // …all went well:
    /// undo.cancel();
    /// ```
    #[doc(alias("dismiss", "defuse", "disarm", "into_inner"))]
    pub fn cancel(self) {
        self.unregister();
    }

    /// The same, and returns whether the handler was still pending.
    pub(crate) fn unregister(self) -> bool {
        let this = ManuallyDrop::new(self);
        this.registration.unregister()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        run::one(self.registration.key());
    }
}
