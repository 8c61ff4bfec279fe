//! Ending by a signal: the pending handlers run, and then the process ends by that signal.
//!
//! By default `SIGINT` (Ctrl-C), `SIGTERM` and `SIGHUP` end a process at once, and no handler runs. After [`install`]:
//!
//! - At the first such signal, the pending handlers run on a thread of their own, last registered first. `main` and the
//!   other threads go on meanwhile. If one of them ends the process in another way, it waits: each handler runs once, and
//!   the process ends one way.
//! - Then the standard streams are flushed, and the process ends **by that signal**, so that whoever started it sees what it died of: a shell shows 128 + its
//!   number.
//! - A second signal while the handlers run ends the process at once. (The same signal within 20 milliseconds is taken for
//!   the same message told twice, as by `timeout`, which signals its child and then the child's group: that ends the
//!   process after half a second, if the handlers are not done by then.) If the process was ending already when the first came,
//!   that end goes on, and the next signal cuts it short.
//! - A signal that was ignored when it was to be installed stays ignored, as `nohup` wants it for `SIGHUP`. What was
//!   installed for it before, by other means, is still called.
//! - C's `atexit` handlers and destructors of C++ don't run, as is usual when a signal ends a process; a handler that
//!   calls [`exit`](crate::exit) changes that, and the status.
//!
//! A forked child has no such thread: there, the signals end it at once, as by default, until it calls [`install`] again.
//! (What it inherits it runs when it exits.)
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

use std::ffi::c_int;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{mem, ptr, thread};

use signal_hook::SigId;
use signal_hook::consts::{SIGABRT, SIGBUS, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGKILL, SIGSEGV, SIGSTOP, SIGTERM};
use signal_hook::low_level;

use crate::{end, platform, state};

/// Has `SIGINT`, `SIGTERM` and `SIGHUP` run the pending handlers before they end the process.
///
/// To be called early in `main`; calling it again is harmless. It starts a thread that waits for the signals.
///
/// # Errors
///
/// Those of the operating system: no thread can be started, or no more files opened.
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

/// The same for a set of signals of your own, given by number, as in the constants of `libc` or `signal-hook`.
///
/// Calling it again adds further ones.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`], and nothing is installed, if one of them
///
/// - can't be caught: `SIGKILL` and `SIGSTOP`;
/// - says that the program is broken, so that no handler could be trusted to run: `SIGSEGV`, `SIGILL`, `SIGFPE`, `SIGBUS`
///   and `SIGABRT`;
/// - doesn't end a process, as `SIGCHLD`, or is no signal at all.
///
/// Else those of the operating system, as with [`install`].
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
    signals.iter().copied().try_for_each(check)?;
    let mut installed = lock();
    installed.forget_those_of_the_parent();
    for &signal in signals {
        if !installed.has(signal) && !is_ignored(signal)? {
            installed.add(signal)?;
        }
    }
    Ok(())
}

/// The signal that ends the process, if one does, as a handler may want to know. `None` before the end, and also where the
/// signal came when the process was ending in another way.
///
/// ```
/// # use atexit_core as atexit;
/// atexit::register(|| match atexit::signals::received() {
///     Some(signal) => println!("ended by signal {signal}"),
///     None => println!("ended in an ordinary way"),
/// });
/// ```
pub fn received() -> Option<i32> {
    state::lock().signal
}

/// The first signal that came, or 0.
static RECEIVED: AtomicI32 = AtomicI32::new(0);

/// When it came, in nanoseconds of the monotonic clock.
static RECEIVED_AT: AtomicU64 = AtomicU64::new(0);

/// Whether the next signal ends the process at once.
static IMPATIENT: AtomicBool = AtomicBool::new(false);

/// Whether the first came again so soon that it may be the same message.
static REPEATED: AtomicBool = AtomicBool::new(false);

/// How soon that is, in nanoseconds.
const SOON: u64 = 20_000_000;

/// How long the handlers may take after a signal that was repeated so soon.
const GRACE: Duration = Duration::from_millis(500);

/// The process in which the thread waits.
static PROCESS: AtomicI32 = AtomicI32::new(0);

fn check(signal: c_int) -> io::Result<()> {
    let name = low_level::signal_name(signal).map_or_else(|| format!("signal {signal}"), str::to_owned);
    let why = match signal {
        SIGKILL | SIGSTOP => "can't be caught: no handler can run",
        SIGSEGV | SIGILL | SIGFPE | SIGBUS | SIGABRT => {
            "says that the program is broken: no handler could be trusted to run"
        }
        _ if low_level::signal_name(signal).is_none() => "is not known as one that ends a process",
        _ if !ends_processes(signal) => "doesn't end a process",
        _ => return Ok(()),
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{name} {why}")))
}

/// Whether the signal's default action ends the process (POSIX.1-2024, `<signal.h>`).
fn ends_processes(signal: c_int) -> bool {
    ![libc::SIGCHLD, libc::SIGCONT, libc::SIGTSTP, libc::SIGTTIN, libc::SIGTTOU, libc::SIGURG, libc::SIGWINCH]
        .contains(&signal)
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

/// What is installed.
pub(crate) struct Installed {
    signals: Vec<(c_int, [SigId; 2])>,
    /// A byte in it wakes the thread that waits.
    wake: Option<UnixStream>,
}

/// Locks what is installed.
pub(crate) fn lock() -> MutexGuard<'static, Installed> {
    static INSTALLED: Mutex<Installed> = Mutex::new(Installed { signals: Vec::new(), wake: None });
    INSTALLED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Installed {
    fn has(&self, signal: c_int) -> bool {
        self.signals.iter().any(|&(other, _)| other == signal)
    }

    /// In a forked child, nobody waits for what was installed in the parent.
    fn forget_those_of_the_parent(&mut self) {
        // SAFETY: it only asks.
        let this = unsafe { libc::getpid() };
        if PROCESS.swap(this, Ordering::Relaxed) != this {
            for (_, actions) in self.signals.drain(..) {
                actions.into_iter().for_each(|action| _ = low_level::unregister(action));
            }
            self.wake = None;
            RECEIVED.store(0, Ordering::Relaxed);
            IMPATIENT.store(false, Ordering::Relaxed);
            REPEATED.store(false, Ordering::Relaxed);
        }
    }

    fn add(&mut self, signal: c_int) -> io::Result<()> {
        let wake = self.wake()?;
        // SAFETY: `note` makes only calls that POSIX allows in a signal handler, and doesn't panic.
        let note = unsafe { low_level::register(signal, move || note(signal)) }?;
        // The actions are called in the order of their registration.
        match low_level::pipe::register(signal, wake) {
            Ok(wake) => self.signals.push((signal, [note, wake])),
            Err(error) => {
                low_level::unregister(note);
                return Err(error);
            }
        }
        Ok(())
    }

    /// What wakes the thread that waits, which is started if need be.
    fn wake(&mut self) -> io::Result<UnixStream> {
        if let Some(wake) = &self.wake {
            return wake.try_clone();
        }
        let (woken, wake) = UnixStream::pair()?;
        thread::Builder::new().name("atexit signals".to_owned()).spawn(move || wait(woken))?;
        self.wake.insert(wake).try_clone()
    }
}

/// In the signal handler: notes which signal came first, or ends the process at once.
fn note(signal: c_int) {
    // SAFETY: it only asks.
    let is_forked = unsafe { libc::getpid() } != PROCESS.load(Ordering::Relaxed);
    if is_forked {
        platform::end_by_signal(signal);
    }
    let now = now();
    match RECEIVED.compare_exchange(0, signal, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => RECEIVED_AT.store(now, Ordering::Relaxed),
        Err(first) if first == signal && now.saturating_sub(RECEIVED_AT.load(Ordering::Relaxed)) < SOON => {
            REPEATED.store(true, Ordering::Relaxed);
        }
        Err(_) if IMPATIENT.load(Ordering::Relaxed) => platform::end_by_signal(signal),
        // The handlers have not begun to run.
        Err(_) => {}
    }
}

/// The monotonic clock, which may be read in a signal handler.
fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is there to be written. POSIX allows the call in a signal handler.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    // Their types differ between platforms.
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.unwrap_or(0) * 1_000_000_000 + nanoseconds.unwrap_or(0)
}

/// The thread that waits for a signal, and ends the process by it.
fn wait(mut woken: UnixStream) {
    let mut byte = [0];
    let signal = loop {
        if woken.read_exact(&mut byte).is_err() {
            return; // Nobody is left to wake it.
        }
        // A child that was forked shares the other end, and can wake this one.
        match RECEIVED.load(Ordering::Relaxed) {
            0 => {}
            signal => break signal,
        }
    };
    IMPATIENT.store(true, Ordering::Relaxed);
    // Where no thread can be started, the handlers take their time.
    let _ = thread::Builder::new().name("atexit signals".to_owned()).spawn(move || {
        thread::sleep(GRACE);
        if REPEATED.load(Ordering::Relaxed) {
            platform::end_by_signal(signal);
        }
    });
    if end::take_over(Some(signal)) {
        // What handlers have printed; an end by a signal flushes nothing.
        crate::thread::flush_in_time();
        platform::end_by_signal(signal);
    }
    end::wait_for_the_end();
}
