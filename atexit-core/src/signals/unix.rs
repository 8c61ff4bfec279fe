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
    super::start_thread()?;
    received::begin_waiting();
    Ok(())
}
