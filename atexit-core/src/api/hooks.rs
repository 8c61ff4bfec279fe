//! What is called with failures, at a panic that aborts, and where `std::process::exit` would run no handler.

use std::io;
use std::panic::Location;
use std::ptr;

use crate::handler::Failure;
use crate::startup::{self, loaded};
use crate::{exit, run};

/// Sets a hook that is called for each handler that panics or returns `Err`, on the thread that ran the handler. It
/// replaces the report on standard error.
///
/// The hook is called on the thread that ran the handler, or waited for one [on a thread of its own](crate::on_thread),
/// after the failure and before the next handler. It may call anything in this crate: a handler that it registers runs
/// next. If the hook itself panics, that and the failure that it was called with are reported on standard error.
/// Setting a hook replaces the previous one, which is dropped once no thread is using it.
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
#[doc(alias("hook", "on_error", "error_handler", "panic"))]
#[track_caller]
pub fn set_failure_hook(new: impl Fn(&Failure) + Send + Sync + 'static) {
    startup::link();
    // It lies in the executable or library that sets the hook.
    loaded::keep(ptr::from_ref(Location::caller()).addr());
    run::set_hook(new);
}

/// Makes a panic run the pending handlers before it aborts the process, on the thread that panics, in a program built
/// with `panic = "abort"`.
///
/// There a panic ends the process without running any handler. After this call, a panic on any thread runs them first
/// (but not [`resume_unwind`](std::panic::resume_unwind), which calls no panic hook), once, after the [panic
/// hook](std::panic::set_hook) that was set before. Then the process aborts as it would have. A handler that panics
/// then aborts the process immediately. If the process is exiting already, the panic lets the handlers finish (those of
/// this copy of the crate, if there are several); but it aborts after five seconds in which no further one begins,
/// since one may be waiting for the thread that has panicked.
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
#[doc(alias("panic_hook", "panic = abort", "set_hook", "abort", "hook"))]
pub fn install_panic_hook() {
    startup::link();
    exit::install_panic_hook();
}

/// Makes [`std::process::exit`] run the pending handlers on Windows, on the thread that calls it, as it does elsewhere.
///
/// Without it, `std::process::exit` reaches no handler of an executable there: it is `ExitProcess`, which ends all
/// other threads, wherever they are, and knows nothing of the C runtime's list. It is also what argument parsers call
/// for `--help` and at a usage error. After this call, `ExitProcess`, when called from this executable, first does the
/// same as [`exit`](crate::exit()) with that status: the handlers run on the thread that calls it, while all other
/// threads are still running. Called in a handler, it runs those that are left, and the last status counts. While
/// another thread exits, it waits.
///
/// On other platforms `std::process::exit` runs the handlers anyway, and this changes nothing. Calling it again does
/// nothing. Call it early in `main`, or call [`install`](crate::install()), which does this among other things.
///
/// # How, and what that means
///
/// The executable calls `ExitProcess` through an import, a pointer that the system's loader has set.
/// `install_exit_hook` replaces that pointer with a function of this crate, which runs the handlers and then calls the
/// original. Security software knows that technique from malware, and may look at where imports point. So
/// `install_exit_hook` does this only when called, and only to the import of its own executable: neither to other
/// modules nor to the system's function. A program that never calls it doesn't contain it.
///
/// These still don't run the executable's handlers:
///
/// - calls from DLLs, which have imports of their own. Called in a DLL with its own copy of this crate,
///   `install_exit_hook` applies to the DLL's own calls and handlers.
/// - calls while a DLL is loaded or unloaded, or a thread's thread-locals are dropped: handlers could wait for no
///   thread then.
/// - `TerminateProcess`, an abort and a crash.
///
/// With a C runtime that is linked statically, C's `_exit` ends by `ExitProcess`, and so runs the handlers.
///
/// Two versions of this crate in an executable that both call this run their handlers one after the other. If two
/// threads exit at once by either, each status may be that of the process, and the exit may take two seconds longer.
///
/// # Errors
///
/// [`io::ErrorKind::Unsupported`], and nothing has changed, where the standard library is a DLL (`-C prefer-dynamic`),
/// on ARM64EC, and if the import shares memory pages with code. An error of the operating system, if it refuses to let
/// the import be written to. On other platforms it always returns `Ok`.
///
/// ```
/// # use atexit_core as atexit;
/// # fn main() -> std::io::Result<()> {
/// atexit::install_exit_hook()?;
/// atexit::register(|| println!("saved"));
/// if std::env::args().len() > 2 {
///     eprintln!("too many arguments");
///     std::process::exit(2); // prints "saved" everywhere
/// }
/// # Ok(())
/// # }
/// ```
#[doc(alias("ExitProcess", "process::exit", "exit_hook", "hook", "clap"))]
#[inline]
pub fn install_exit_hook() -> io::Result<()> {
    startup::link();
    exit::install_exit_hook()
}
