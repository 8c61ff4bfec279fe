//! A handler that goes with a value.

use std::mem::ManuallyDrop;
use std::panic::Location;

use crate::entry::Entry;
use crate::handler::Handler;
use crate::register::Registration;

/// Registers a handler that runs once: when the [`Guard`] is dropped or when the process ends, whichever comes first.
///
/// When the guard is dropped, the handler runs there, on that thread; at the end it runs in its place among the others,
/// as after [`register`](crate::register). [`unregister`](crate::unregister) and [`clear`](crate::clear) take it back, too;
/// dropping the guard then does nothing. Where another thread is running the handler just then, dropping doesn't wait. In
/// both cases a panic or an `Err` is reported and goes no further. So
/// cleanup that stands in a `Drop` is done even when `process::exit` ends the program from somewhere else.
///
/// ```
/// # use atexit_core as atexit;
/// # let path = std::env::temp_dir().join(format!("atexit-guard-{}", std::process::id()));
/// std::fs::write(&path, "locked by this process")?;
/// let lock = atexit::guard({
///     let path = path.clone();
///     move || std::fs::remove_file(path)
/// });
/// // …what is done under the lock: it may return early, panic, or end the process.
/// drop(lock);
/// assert!(!path.exists());
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn guard<H: Handler<()>>(handler: H) -> Guard {
    Guard { registration: Registration::of(Entry::new(handler, (), Location::caller())) }
}

/// Runs its handler when it is dropped, unless that has begun to run or was taken back; see [`guard`].
#[must_use = "a guard that isn't kept runs its handler at once; to run it at the end of the process, use `register`"]
#[derive(Debug)]
pub struct Guard {
    registration: Registration,
}

impl Guard {
    /// Takes the handler back without running it. It is dropped before this returns.
    ///
    /// ```
    /// # use atexit_core as atexit;
    /// let undo = atexit::guard(|| println!("rolled back"));
    /// // …all went well:
    /// undo.cancel();
    /// ```
    pub fn cancel(self) {
        let this = ManuallyDrop::new(self);
        this.registration.unregister();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.registration.run();
    }
}
