//! Exiting, and how long that may take.

use std::time::Duration;

use crate::state::Reason;
use crate::{startup, state};

/// Returns whether the process is exiting: since the call of [`exit`], or else since the first handler ran at exit.
///
/// Can be called from any thread. Once true, it stays true. In the child of a `fork`, it is true only if the thread
/// that forked was the one that exits, or ran a handler for it. In a library that is being unloaded, it is true for the
/// handlers of that library.
///
/// ```
/// # use atexit_core as atexit;
/// assert!(!atexit::is_exiting());
/// ```
#[doc(alias("is_shutting_down", "shutting down", "finalizing", "is_finalizing"))]
pub fn is_exiting() -> bool {
    startup::link();
    state::lock().exit.is_some()
}

/// Returns why the process exits: with which status (exit code), or by a signal or a panic. `None` until the exit has
/// begun. Can be called from any thread.
///
/// The exit has begun when [`is_exiting`] returns `true`: code that runs after `main` and before the first handler
/// still sees `None`. The last status counts: if a handler calls `exit`, those that run after it see the new status,
/// even if a signal or a panic began the exit.
///
/// # The status
///
/// `Exit(None)` is an exit with an unknown status. With glibc the status is known however the process exits: C's `exit`
/// passes it to handlers, whether it is called by [`std::process::exit`], by the return from `main` or by a panic in
/// `main`, which is status 101. Elsewhere C's `exit` doesn't, nor where something stands in the place of glibc's
/// `__cxa_atexit`, as under `AddressSanitizer` and `ThreadSanitizer`; and the status is known only where [`exit`] was
/// called, or `std::process::exit` after [`install_exit_hook`](crate::install_exit_hook()). The guide has a table, on
/// the page about how programs end.
///
/// A signal, a panic that aborts and the unloading of a library are distinguished from an exit on every platform. In a
/// library with its own copy of this crate, `reason` knows only about signals and hooks installed by that copy.
///
/// ```no_run
/// # use atexit_core as atexit;
/// atexit::register(|| {
///     // Keep the files if the run failed or the status is unknown.
///     if atexit::reason().and_then(atexit::Reason::is_success) == Some(true) {
///         std::fs::remove_dir_all("scratch")
///     } else {
///         Ok(())
///     }
/// });
/// ```
#[doc(alias("status", "exit status", "exit_status", "exit code", "exit_code", "exitcode"))]
pub fn reason() -> Option<Reason> {
    startup::link();
    state::lock().reason()
}

/// Runs all pending handlers, on this thread and last registered first, and exits the process with this status (exit
/// code).
///
/// Allowed on every thread and every platform, also inside handlers. Nothing on this thread's stack is dropped. On
/// Unix, the parent sees the low eight bits of `code`.
///
/// Before the process exits, also in a handler that [`run`](crate::run()) or a guard runs, this calls
/// [`std::process::exit`], and the handlers run on this thread, in their places among those
/// of C and C++.
///
/// # While the process exits
///
/// In a handler, a destructor or whatever else runs at exit, this runs the handlers that are left and exits with the
/// new status: the last call wins.
///
/// Where C's `exit` may be called again, which glibc allows, what C and C++ have set up is torn down in its place among
/// the handlers. Elsewhere the C standard streams are flushed and the process exits immediately, without the handlers
/// of C and those of another version of this crate.
///
/// In a handler that a signal runs, or a panic, C's `exit` has not been called yet: this calls it, and the process
/// exits with the status instead of dying by the signal.
///
/// The calling handler never resumes, and its part of the stack stays in use while the others run. Thousands of
/// handlers that all call this need a large stack.
///
/// # Threads and processes
///
/// While another thread is exiting, this waits until the process has ended, like [`std::process::exit`]. So a handler
/// must not wait for a thread that calls this.
///
/// If one thread forks while another is exiting and has reached a handler of this crate, C's `exit` may wait in the
/// child for a thread that only the parent has. In such a child this runs the handlers, flushes the standard streams
/// and exits immediately.
///
/// # On Windows
///
/// `std::process::exit` reaches no handler of an executable there. It is `ExitProcess`, which first ends all other
/// threads, wherever they are: a handler that ran after that would wait forever for any lock that one of them held,
/// such as the one on standard output. So this runs the handlers before it calls `std::process::exit`. With
/// [`install_exit_hook`](crate::install_exit_hook()), that does the same.
///
/// # Aborts
///
/// A C handler, a C++ destructor or a destructor of a thread-local may run before any handler of this crate, after
/// `main` has returned or [`std::process::exit`] was called. With glibc, this exits there as in a handler: it finds C's
/// `exit` on the stack. With other C runtimes, on 32-bit ARM, and in programs without tables for unwinding or compiled
/// with `-C relocation-model=static`, this crate can't tell that the exit has begun, and calls `std::process::exit` a
/// second time. On Linux that aborts; elsewhere it is C's `exit` again, which POSIX leaves undefined. The same holds
/// for handlers of another version of this crate.
///
/// ```no_run
/// # use atexit_core as atexit;
/// atexit::register(|| println!("saved"));
/// if std::env::args().len() > 2 {
///     eprintln!("too many arguments");
///     atexit::exit(2); // prints "saved"
/// }
/// ```
#[doc(alias("process exit", "process::exit", "exit code", "exit_code", "quit", "terminate", "shutdown"))]
pub fn exit(code: i32) -> ! {
    startup::link();
    crate::exit::exit(code)
}

/// Sets how long exit handlers may take, from the beginning of the exit until all have run. After that, the process
/// names the handler that is stuck, and ends: the handlers still pending don't run. So give a handler that may wait for
/// others, as for a client, a limit of its own. `None`, the default, sets no limit.
///
/// When the time is up, the [`reason`], the running handler, where it was registered, how long it has run (if a
/// deadline was set when it began), and the pending handlers are written to standard error. Then the process ends
/// immediately, or after one second if nobody reads standard error: by the signal that began the exit, if one did,
/// otherwise with status 124. C's handlers don't run, and no stream is flushed.
///
/// Can be set and changed at any time, also inside handlers; the time always counts from the beginning of the exit. At
/// a signal it also counts for the handlers of other copies of this crate, as the module `signals` says. What
/// [`run`](crate::run()) runs before the exit has no deadline, nor has a child that is forked during the exit.
///
/// A deadline costs nothing until the exit begins, when a thread is started to enforce it. Where no thread can start,
/// there is no deadline: on WASI, at a limit on the number of threads, and on Windows for a DLL that is unloaded or
/// whose process ends.
///
/// ```
/// # use atexit_core as atexit;
/// use std::time::Duration;
///
/// atexit::set_deadline(Some(Duration::from_secs(10)));
/// ```
#[doc(alias("timeout", "set_timeout", "time limit", "hang", "watchdog", "grace period"))]
pub fn set_deadline(deadline: Option<Duration>) {
    startup::link();
    crate::exit::set_deadline(deadline);
}
