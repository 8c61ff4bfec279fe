//! Removing what is pending without running it.

use std::any::Any;

use super::guard::Guard;
use super::register::Registration;
use crate::handler::{Entry, Identity};
use crate::platform::SystemVec;
use crate::{run, startup, state};

/// Removes **every** registration of a function, without running it, and returns how many there were.
///
/// Registrations by call, with or without arguments or [`on_thread`](crate::on_thread), and by attribute all count.
/// They are dropped immediately, on this thread; a panic in a `Drop` is reported like that of a
/// handler. This works at any time, also inside handlers.
///
/// Functions and closures are compared by type. Every function has its own, and so has every closure *expression*,
/// whatever it captured: unregistering a closure removes all that the same expression made, such as in a loop. To
/// remove one of them, use its [`Registration`]. Function pointers and references are compared by address, and only
/// with others of the same type: what was registered as `f` isn't found as `f as fn()`. But an optimised program may
/// have two functions at one address, or one at two: so pass the function itself. A `Box` equals no other, nor does a
/// pointer within `AssertUnwindSafe`. A type that implements [`Handler`](crate::Handler) itself is compared like a
/// closure. What was registered by `on_thread(f)` is found as `f`, not as `on_thread(f)`.
///
/// Given a [`Registration`] or a [`Guard`], it removes that one and returns 1, or 0 if it is no longer pending.
///
/// The time it takes grows with the number of pending handlers; [`Registration::unregister`] doesn't look at them all.
///
/// ```
/// # use atexit_core as atexit;
/// fn goodbye() {}
/// fn farewell(_name: &str) {}
///
/// atexit::register(goodbye);
/// atexit::register_with(farewell, ("Donny",));
/// atexit::register(goodbye);
/// assert_eq!(atexit::unregister(goodbye), 2);
/// assert_eq!(atexit::unregister(goodbye), 0);
/// assert_eq!(atexit::unregister(farewell), 1);
///
/// let registration = atexit::register(goodbye);
/// assert_eq!(atexit::unregister(registration), 1);
/// ```
#[doc(alias("remove", "cancel", "deregister"))]
#[allow(clippy::must_use_candidate, reason = "how many they were often doesn't matter")]
pub fn unregister<F: 'static>(function: F) -> usize {
    let mut function = Some(function);
    let any: &mut dyn Any = &mut function;
    if let Some(registration) = any.downcast_mut::<Option<Registration>>().and_then(Option::take) {
        return usize::from(registration.unregister());
    }
    if let Some(guard) = any.downcast_mut::<Option<Guard>>().and_then(Option::take) {
        // Not dropped, which would run it.
        return usize::from(guard.unregister());
    }
    startup::link();
    let Some(identity) = function.as_ref().map(Identity::of) else { return 0 };
    let taken = state::lock().pending.take_function(identity);
    discard(taken)
}

/// Removes all pending handlers without running them, also those of the libraries that the program uses, and returns
/// how many there were.
///
/// This includes annotated functions. The handlers are dropped immediately, on this thread; a panic in a `Drop` is
/// reported like that of a handler. This works at any time, also inside handlers.
///
/// In the child of a `fork`, it leaves the handlers to the parent. The value of a [`Lazy`](crate::Lazy) remains usable,
/// and isn't dropped at exit.
///
/// ```standalone_crate
/// # use atexit_core as atexit;
/// atexit::register(|| println!("never printed"));
/// atexit::register(|| println!("nor this"));
/// assert_eq!(atexit::clear(), 2);
/// assert_eq!(atexit::count(), 0);
/// ```
#[doc(alias("_clear", "cancel", "fork"))]
#[allow(clippy::must_use_candidate, reason = "how many they were often doesn't matter")]
#[inline]
pub fn clear() -> usize {
    startup::link();
    let taken = state::lock().pending.take_all();
    discard(taken)
}

/// Drops what was taken out, the newest first and without the lock, and counts it.
#[inline]
fn discard((mut entries, annotated): (SystemVec<Entry>, usize)) -> usize {
    let count = entries.len() + annotated;
    while let Some(entry) = entries.pop() {
        entry.discard(run::report);
    }
    count
}
