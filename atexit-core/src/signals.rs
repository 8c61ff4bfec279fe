//! Exiting by a signal: the pending handlers run, and then the process dies by that signal.
//!
//! By default `SIGINT` (Ctrl-C), `SIGTERM` and `SIGHUP` end a process immediately, and no handler runs. After
//! [`install`]:
//!
//! - At the first such signal, the pending handlers run on a thread of their own, last registered first. That thread's
//!   stack is as large as the main thread's. `main` and the other threads go on meanwhile. If one of them exits the
//!   process, it waits: each handler runs once, and the process ends one way.
//! - Then the standard streams are flushed, and the process dies **by that signal**, so that whoever started it sees
//!   why: a shell shows 128 + its number. As process 1 of a container, where the kernel drops signals whose action is
//!   the default, the process exits with that status instead.
//! - Further signals within 100 milliseconds of the first, of whatever kind, count as the same message: `timeout`
//!   signals its child and then the child's group, and a terminal that closes sends `SIGHUP` twice. A later one ends
//!   the process immediately, by that signal. If the process was exiting already when the first came, that exit goes
//!   on, and the next signal cuts it short.
//! - A signal that was ignored when it was to be installed stays ignored, as `nohup` wants it for `SIGHUP`. What was
//!   installed for it before, by other means, is still called.
//! - C's `atexit` handlers and destructors of C++ don't run, as usual when a process dies by a signal. A handler that
//!   calls [`exit`](crate::exit()) changes that, and the status.
//!
//! A forked child has no such thread: there, the signals end the process immediately, as by default, until it calls
//! [`install`] itself. (What it inherits it runs when it exits.)
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

mod kinds;
mod received;

use std::ffi::c_int;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{io, mem, ptr};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level;

use crate::exit;
use crate::platform::{C, CRuntime};
use crate::state::{self, Cause};
use crate::thread::Thread;

pub(crate) use received::forget_those_of_the_parent;

/// Has `SIGINT`, `SIGTERM` and `SIGHUP` run the pending handlers before the process dies by them.
///
/// Call it early in `main`; calling it again is harmless. It starts a thread that waits for the signals.
///
/// # Errors
///
/// Those of the operating system: no thread can be started.
///
/// ```
/// # use atexit_core as atexit;
/// # fn main() -> std::io::Result<()> {
/// atexit::signals::install()?;
/// # Ok(())
/// # }
/// ```
pub fn install() -> io::Result<()> {
    install_for(&[SIGINT, SIGTERM, SIGHUP])
}

/// Does the same for signals of your choice, given by number, as in the constants of `libc` or `signal-hook`.
///
/// Calling it again adds further ones.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`], and nothing is installed, if one of them
///
/// - can't be caught: `SIGKILL` and `SIGSTOP`;
/// - reports a bug in the program, so that no handler can be trusted to run: `SIGSEGV`, `SIGILL`, `SIGFPE`,
///   `SIGBUS` and `SIGABRT`;
/// - doesn't end a process, such as `SIGCHLD`, or is no signal at all.
///
/// Otherwise those of the operating system, as with [`install`].
///
/// ```
/// # use atexit_core as atexit;
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
/// ```
pub fn install_for(signals: &[i32]) -> io::Result<()> {
    signals.iter().copied().try_for_each(kinds::check)?;
    let _installing = lock();
    for &signal in signals {
        let is_installed = received::is_waited_for() && received::is_installed(signal);
        if !is_installed && !is_ignored(signal)? {
            start_waiting()?;
            add(signal)?;
        }
    }
    Ok(())
}

/// Returns the signal that the process exits by, if it does. `None` before the exit, and also where the signal came
/// when the process was exiting in another way.
///
/// ```
/// # use atexit_core as atexit;
/// atexit::register(|| match atexit::signals::received() {
///     Some(signal) => println!("ended by signal {signal}"),
///     None => println!("ended in an ordinary way"),
/// });
/// ```
pub fn received() -> Option<i32> {
    state::lock().exit.as_ref().and_then(state::Exit::signal)
}

/// Locks what is installed, so that one thread installs at a time.
pub(crate) fn lock() -> MutexGuard<'static, ()> {
    static INSTALLING: Mutex<()> = Mutex::new(());
    INSTALLING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the process ignores the signal now.
fn is_ignored(signal: c_int) -> io::Result<bool> {
    // SAFETY: a null pointer changes nothing, and zeroes are a valid `sigaction` to be written over.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        if libc::sigaction(signal, ptr::null(), &raw mut action) == 0 {
            Ok(action.sa_sigaction == libc::SIG_IGN)
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

/// Has the signal received. The thread that waits is there already, so that none is lost.
fn add(signal: c_int) -> io::Result<()> {
    if received::set_installed(signal) {
        // What the parent of a fork has installed only has to be switched on again.
        return Ok(());
    }
    // SAFETY: `receive` makes only calls that POSIX allows in a signal handler, and doesn't panic.
    unsafe { low_level::register(signal, move || received::receive(signal)) }.map(drop).inspect_err(|_| {
        received::set_refused(signal);
    })
}

/// Starts the thread that waits, unless it has been started in this process.
fn start_waiting() -> io::Result<()> {
    if received::is_waited_for() {
        return Ok(());
    }
    // SAFETY: no thread of this process waits yet, and no signal is received before `begin_waiting`.
    unsafe { received::prepare() }?;
    Thread::for_handlers("atexit signals").spawn(wait)?;
    received::begin_waiting();
    Ok(())
}

/// The thread that waits for a signal, and exits the process by it.
fn wait() {
    let signal = received::wait();
    if let Some(state) = exit::run_alone(state::lock(), Thread::current(), Cause::Signal(signal)) {
        drop(state);
        // What handlers have printed; death by a signal flushes nothing.
        exit::flush_in_time();
        C::end_by_signal(signal);
    }
    state::wait_for_ever();
}
