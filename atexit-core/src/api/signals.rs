//! Exiting by a signal, or on Windows by a console event: the pending handlers run first, and then the process ends as
//! it would have ended without them.
//!
//! By default, the signals `SIGINT` (Ctrl-C), `SIGTERM` and `SIGHUP` end a process immediately, without running any
//! handler, and so do console events on Windows: Ctrl-C, Ctrl-Break, closing the console, and shutdown. After
//! [`install`]:
//!
//! - At the first such signal, the pending handlers run on a separate thread, last registered first. Its stack is as
//!   large as that of [`on_thread`](crate::on_thread). `main` and the other threads go on meanwhile. If one of them
//!   exits the process, it waits: each handler runs once, and the process ends one way.
//! - Then the standard streams are flushed, and the process dies **by that signal**, so that its parent sees why: a
//!   shell shows 128 + its number. As process 1 of a container, where the kernel drops signals whose action is the
//!   default, the process exits with that status instead. On Windows it exits with the status `0xC000013A`
//!   (`STATUS_CONTROL_C_EXIT`).
//! - Further signals within 100 milliseconds of the first, of whatever kind, count as one request: `timeout`
//!   signals its child and then the child's group, and a terminal that closes sends `SIGHUP` twice. A later one ends
//!   the process immediately, by that signal. If the process was exiting already when the first came, that exit goes
//!   on, and the next signal cuts it short.
//! - A signal that is ignored when it is to be installed stays ignored, as `nohup` needs it for `SIGHUP`. A handler
//!   that the program has installed for it before, in another way, is still called, first, and on the thread's signal
//!   stack if it was installed so (`SA_ONSTACK`), but without the signals held back that it asked for (`sa_mask`). If
//!   it never returns, the signal is not received here.
//! - Go's threads need that stack. In a process with Go code, call [`install`] after `signal.Notify` of Go.
//! - C's `atexit` handlers and destructors of C++ don't run, as usual when a process dies by a signal. A handler that
//!   calls [`exit`](crate::exit()) changes that, and the status.
//!
//! On platforms that have neither signals nor console events, [`install`] returns [`io::ErrorKind::Unsupported`] and
//! nothing is ever received. So a program that calls it compiles everywhere.
//!
//! A forked child doesn't inherit the thread: signals end it immediately, as by default, until it calls [`install`]
//! itself. It does inherit what is pending, and runs that when it exits.
//!
//! On Linux, Android, FreeBSD, NetBSD, OpenBSD and Windows, a library that calls [`install`] stays loaded until the
//! process ends. Elsewhere it must not be unloaded.
//!
//! # Several copies
//!
//! A process may have several copies of this crate: that of a program and those of libraries that it loads, each of
//! which was linked with its own, or two versions. On Unix, each that has installed a signal runs its handlers at it,
//! on a thread of its own beside the others, and the process dies when the last is done. Meanwhile
//!
//! - [`set_deadline`](crate::set_deadline) of each counts, also of one that is done, until the process has ended; not
//!   after one of its handlers has called [`exit`](crate::exit()).
//! - a second signal to one of them ends the process immediately, as ever.
//! - an exit in another way goes on, if one of them had begun it when the signal came or one of their handlers calls
//!   [`exit`](crate::exit()). It waits for the handlers of all, and its status is that of the process.
//!   With glibc from 2.41 on, call the `exit` of the copy that the handler is registered with: that of another copy
//!   waits forever if a thread is in C's `exit` meanwhile, which waits for the handler.
//!
//! Two copies don't know of each other if the program has set handlers of its own over those of the older copy, at all
//! its signals, and further ones over those of the newer copy. Then the first to be done ends the process.
//!
//! # On Windows
//!
//! - After Ctrl-C and Ctrl-Break, handlers may take any time. After the console is closed, Windows ends the process in
//!   about 5 seconds, whatever handlers are left; at shutdown in about 5, a service in about 20. (These are settings of
//!   the system: see `doc/ConsoleCtrlEvent.md` in the repository of Windows Terminal.) Give
//!   [`set_deadline`](crate::set_deadline) less than that, and the process says which handler took too long.
//! - Windows tells only services that a user logs off, and by default they go on. [`install_for`] can ask for that
//!   event. Microsoft's documentation, "`HandlerRoutine` callback function", lists which programs receive which events.
//! - `SetConsoleCtrlHandler`, which the crate `ctrlc` uses, keeps a stack of handlers: the newest is called first, and
//!   decides whether the next one is called. So handlers set before `install` are not called, and one set after it may
//!   keep events from arriving here.
//! - A second Ctrl-C ends the process immediately, as on Unix. Once the console is closed, no second event does:
//!   Windows sends one at a time, and that one lasts until the process ends.
//! - A process that ignores Ctrl-C, such as one started with `CREATE_NEW_PROCESS_GROUP`, keeps ignoring it.
//! - Of several copies of this crate, only the one that was last to install an event receives it. When its handlers
//!   have run, the process ends, and those of other copies in DLLs run, but not those of another one in the executable.
//!
//! ```
//! # use atexit_core as atexit;
//! fn main() -> std::io::Result<()> {
//!     atexit::signals::install()?;
//!     atexit::register(|| println!("saved"));
//!     // …a loop that Ctrl-C ends.
//!     Ok(())
//! }
//! ```

use std::io;

use crate::state::{self, Exit};
use crate::{signal as system, startup};

#[cfg(windows)]
pub use crate::signal::{CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT};

/// Makes `SIGINT` (Ctrl-C), `SIGTERM` and `SIGHUP` run the pending handlers, on a thread of its own while `main` goes
/// on, before the process dies by them. Returns at once. Needs the feature `signals`.
///
/// On Windows these are Ctrl-C, Ctrl-Break, closing the console, and shutdown. A signal that is ignored, as `SIGHUP` is
/// under `nohup`, stays ignored.
///
/// Call it early in `main`, on any thread; calling it again is harmless. It starts the thread, which waits for the
/// signals.
///
/// If a signal was reset to its default action since, calling it again installs that anew. What is ignored by then
/// stays ignored, and a handler that was set over this one stays where it is: it may call this one, which it replaced.
///
/// # Errors
///
/// Returns [`io::ErrorKind::Unsupported`] if the platform has no signals. Otherwise returns an error of the operating
/// system if no thread can be started or a signal can't be installed.
///
/// ```
/// # use atexit_core as atexit;
/// # fn main() -> std::io::Result<()> {
/// atexit::signals::install()?;
/// # Ok(())
/// # }
/// ```
#[doc(alias(
    "sigterm",
    "sigint",
    "sighup",
    "ctrl_c",
    "ctrlc",
    "ctrl-c",
    "set_handler",
    "signal-hook",
    "graceful",
    "shutdown",
    "nohup",
    "KeyboardInterrupt"
))]
pub fn install() -> io::Result<()> {
    install_for(system::DEFAULT)
}

/// Makes these signals run the pending handlers, on a thread of its own while `main` goes on, before the process dies
/// by them. For others than [`install`] installs, such as `SIGQUIT`, or for fewer. Needs the feature `signals`.
///
/// They are given by number, as in the constants of `libc` or `signal-hook`. On Windows they are console events:
/// `CTRL_C_EVENT`, `CTRL_BREAK_EVENT`, `CTRL_CLOSE_EVENT`, `CTRL_LOGOFF_EVENT` and `CTRL_SHUTDOWN_EVENT`, which are
/// constants of this module there.
///
/// Calling it again adds further ones.
///
/// # Errors
///
/// Returns [`io::ErrorKind::Unsupported`] if the platform has no signals. Returns [`io::ErrorKind::InvalidInput`], and
/// installs nothing, if one of them
///
/// - can't be caught: `SIGKILL` and `SIGSTOP`;
/// - reports a bug in the program, so that no handler can be trusted to run: `SIGSEGV`, `SIGILL`, `SIGFPE`,
///   `SIGBUS` and `SIGABRT`;
/// - doesn't end a process, such as `SIGCHLD`, or is no signal at all;
/// - on Windows, is no console event.
///
/// Otherwise returns an error of the operating system, as with [`install`].
///
/// ```
/// # use atexit_core as atexit;
/// # #[cfg(unix)]
/// # fn main() -> std::io::Result<()> {
/// use std::io::ErrorKind;
///
/// const SIGKILL: i32 = 9;
/// const SIGTERM: i32 = 15;
///
/// atexit::signals::install_for(&[SIGTERM])?;
/// let error = atexit::signals::install_for(&[SIGTERM, SIGKILL]).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert_eq!(error.to_string(), "SIGKILL can't be caught: no handler can run");
/// # Ok(())
/// # }
/// # #[cfg(not(unix))]
/// # fn main() {}
/// ```
///
/// On Windows:
///
/// ```
/// # use atexit_core as atexit;
/// # #[cfg(windows)]
/// # fn main() -> std::io::Result<()> {
/// use atexit::signals::{CTRL_BREAK_EVENT, CTRL_CLOSE_EVENT, install_for};
///
/// install_for(&[CTRL_BREAK_EVENT, CTRL_CLOSE_EVENT])?; // Ctrl-C ends the process without running handlers
/// # let error = install_for(&[CTRL_BREAK_EVENT, 3]).unwrap_err();
/// # assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
/// # assert_eq!(error.to_string(), "3 is not the number of a console event");
/// # Ok(())
/// # }
/// # #[cfg(not(windows))]
/// # fn main() {}
/// ```
#[doc(alias("sigquit", "sigusr1", "sigalrm", "sigterm", "sigint", "sighup"))]
pub fn install_for(signals: &[i32]) -> io::Result<()> {
    startup::link();
    system::install(signals)
}

/// Returns the signal that made the process exit, or on Windows the console event, also if a handler has called
/// [`exit`](crate::exit()) since.
///
/// `None` before the exit, and if the process was exiting in another way already when the signal came. Can be called
/// from any thread.
///
/// ```
/// # use atexit_core as atexit;
/// atexit::register(|| match atexit::signals::received() {
///     Some(signal) => println!("ended by signal {signal}"),
///     None => println!("ended in an ordinary way"),
/// });
/// ```
pub fn received() -> Option<i32> {
    startup::link();
    state::lock().exit.as_ref().and_then(Exit::signal)
}
