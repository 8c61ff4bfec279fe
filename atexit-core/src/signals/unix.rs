//! Signals of Unix.

mod kinds;
mod received;

use std::ffi::c_int;
use std::{io, mem, ptr};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level;

use crate::platform::{C, CRuntime};

pub(super) use kinds::check;
pub(crate) use received::forget_those_of_the_parent;
pub(super) use received::wait;

/// Those that [`install`](super::install()) is for.
pub(super) const DEFAULT: &[c_int] = &[SIGINT, SIGTERM, SIGHUP];

/// Has the signal received from now on, unless the process ignores it.
pub(super) fn install(signal: c_int) -> io::Result<()> {
    let is_installed = received::is_waited_for() && received::is_installed(signal);
    if !is_installed && !is_ignored(signal)? {
        start_waiting()?;
        add(signal)?;
    }
    Ok(())
}

/// Ends the process by the signal, after all handlers have run.
pub(super) fn end(signal: c_int) -> ! {
    C::end_by_signal(signal)
}

/// Whether the process ignores the signal now.
fn is_ignored(signal: c_int) -> io::Result<bool> {
    Ok(exchange(signal, None)?.sa_sigaction == libc::SIG_IGN)
}

/// Has the signal received. The thread that waits is there already, so that none is lost.
fn add(signal: c_int) -> io::Result<()> {
    if received::set_installed(signal) {
        // What the parent of a fork has installed only has to be switched on again.
        return Ok(());
    }
    replace_default(signal)
        .and_then(|is_replaced| {
            if is_replaced {
                return Ok(());
            }
            // SAFETY: `receive` makes only calls that POSIX allows in a signal handler, and doesn't panic.
            unsafe { low_level::register(signal, move || received::receive(signal)) }.map(drop)
        })
        .inspect_err(|_| received::set_refused(signal))
}

/// Has the signal received in place of its default action; says whether it had that.
///
/// `signal-hook` is for what the program has set up before: from when it puts its handler there until it knows what is
/// to be called, it calls what was there before, and a default action can't be called.
fn replace_default(signal: c_int) -> io::Result<bool> {
    extern "C" fn handle(signal: c_int) {
        let saved = errno::errno();
        received::receive(signal);
        errno::set_errno(saved);
    }

    if exchange(signal, None)?.sa_sigaction != libc::SIG_DFL {
        return Ok(false);
    }
    // SAFETY: zeroes are a valid `sigaction`, without flags and with an empty mask.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = handle as extern "C" fn(c_int) as libc::sighandler_t;
    // Not on the thread's signal stack: std unmaps that of the main thread when another one calls `process::exit`.
    action.sa_flags = libc::SA_RESTART;
    let previous = exchange(signal, Some(&action))?;
    let is_default = previous.sa_sigaction == libc::SIG_DFL;
    if !is_default {
        // Another thread was faster.
        exchange(signal, Some(&previous))?;
    }
    Ok(is_default)
}

/// Sets what is done at the signal, if that is given, and gives what was done before.
fn exchange(signal: c_int, action: Option<&libc::sigaction>) -> io::Result<libc::sigaction> {
    // SAFETY: zeroes are a valid `sigaction` to be written over, a null pointer changes nothing, and the actions that
    // are set here are valid in a signal handler.
    unsafe {
        let mut previous: libc::sigaction = mem::zeroed();
        let action = action.map_or(ptr::null(), ptr::from_ref);
        if libc::sigaction(signal, action, &raw mut previous) == 0 {
            Ok(previous)
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

/// Starts the thread that waits, unless it has been started in this process.
fn start_waiting() -> io::Result<()> {
    if received::is_waited_for() {
        return Ok(());
    }
    // SAFETY: no thread of this process waits yet, and no signal is received before `begin_waiting`.
    unsafe { received::prepare() }?;
    super::start_thread()?;
    received::begin_waiting();
    Ok(())
}
