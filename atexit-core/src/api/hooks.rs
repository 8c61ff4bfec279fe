//! What is called with failures, and at a panic that aborts.

use std::any::type_name_of_val;
use std::sync::Arc;

use crate::handler::Failure;
use crate::startup::{self, loaded};
use crate::{exit, run};

/// Sets a hook that is called with each failure of a handler, instead of a report on standard error.
///
/// The hook is called on the thread that ran the handler, or waited for one [on a thread of its own](crate::on_thread),
/// after the failure and before the next handler. It may call anything in this crate: a handler that it registers runs
/// next. If the hook itself panics, that and the failure
/// that it was called with are reported on standard error. Setting a hook replaces the previous one, which is dropped
/// once no thread is using it.
///
/// Rust's own [panic hook](std::panic::set_hook) is not touched: it still prints the panic's message.
///
/// ```standalone_crate
/// # use atexit_core as atexit;
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
///
/// static FAILURES: AtomicUsize = AtomicUsize::new(0);
///
/// atexit::set_failure_hook(|failure| {
///     assert_eq!(failure.message(), Some("\"disk full\""));
///     FAILURES.fetch_add(1, Relaxed);
/// });
/// atexit::register(|| Err::<(), _>("disk full"));
/// atexit::run();
/// assert_eq!(FAILURES.load(Relaxed), 1);
/// ```
pub fn set_failure_hook(new: impl Fn(&Failure) + Send + Sync + 'static) {
    startup::link();
    // The name of its type lies in the same executable or library as its code.
    loaded::keep(type_name_of_val(&new).as_ptr().addr());
    run::set_hook(Arc::new(new));
}

/// Runs the pending handlers when a panic is about to abort the process, in a program built with `panic = "abort"`.
///
/// There a panic ends the process without running any handler. After this call, a panic on any thread runs them first,
/// once, on that thread and after the [panic hook](std::panic::set_hook) that was set before. Then the process aborts
/// as it would have. A handler that panics then aborts the process immediately. If the process is exiting already,
/// the panic lets the handlers finish; but it aborts after five seconds in which no further one begins, since one may
/// be waiting for the thread that has panicked.
///
/// Where panics unwind this changes nothing, since a panic may be caught; when it isn't and reaches `main`, the process
/// exits and runs the handlers anyway.
///
/// A panic hook that is set later replaces this one, so set your own before. Calling it again does nothing.
///
/// ```
/// # use atexit_core as atexit;
/// atexit::install_panic_hook();
/// atexit::register(|| println!("saved"));
/// ```
pub fn install_panic_hook() {
    startup::link();
    exit::install_panic_hook();
}
