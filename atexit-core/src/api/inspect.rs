//! Looking at what is pending.

use crate::handler::{Description, HandlerInfo};
use crate::{startup, state};

/// Returns the number of pending handlers: registered or annotated, and neither run nor unregistered.
///
/// A handler that is running is no longer pending.
///
/// ```
/// # use atexit_core as atexit;
/// atexit::register(|| ());
/// assert!(atexit::count() >= 1);
/// ```
#[doc(alias = "_ncallbacks")]
pub fn count() -> usize {
    startup::link();
    state::lock().pending.len()
}

/// Returns the pending handlers, with their names and where they were registered, in the order in which they would run.
///
/// ```standalone_crate
/// # use atexit_core as atexit;
/// fn save() {}
/// fn close() {}
///
/// atexit::register(close);
/// atexit::register(save);
/// let names: Vec<_> = atexit::pending().iter().map(|handler| handler.name()).collect();
/// assert!(names[0].ends_with("save") && names[1].ends_with("close"));
/// ```
#[inline]
pub fn pending() -> Vec<HandlerInfo> {
    startup::link();
    let descriptions = state::lock().pending.descriptions();
    // The lock is free again: the program's allocator, which is asked here, may call us.
    descriptions.iter().map(Description::info).collect()
}
