//! Signals of Unix.

mod action;
mod kinds;
mod received;

use std::ffi::c_int;
use std::io;

use libc::{SIGHUP, SIGINT, SIGTERM};

use crate::platform::{C, CRuntime};
use action::Action;
use received::{Installed, handle};

pub(super) use kinds::check;
pub(crate) use received::forget_those_of_the_parent;
pub(super) use received::wait;

/// Those that [`install`](super::install()) is for.
pub(super) const DEFAULT: &[c_int] = &[SIGINT, SIGTERM, SIGHUP];

/// Has the signal received from now on, unless the process ignores it.
pub(super) fn install(signal: c_int) -> io::Result<()> {
    let found = Action::at(signal)?;
    if found.is_ignored() {
        return Ok(());
    }
    // The thread that waits is there first, so that no signal is lost.
    start_waiting()?;
    let before = received::set_installed(signal, Installed::Now);
    place(signal, &found, before != Installed::Never).inspect_err(|_| _ = received::set_installed(signal, before))
}

/// Ends the process by the signal, after all handlers have run.
pub(super) fn end(signal: c_int) -> ! {
    C::end_by_signal(signal)
}

/// Puts the handler where it is called at the signal, unless it is there. It calls what was there, if that is no
/// default, which can't be called; what else the program has put over it since then may call it.
fn place(signal: c_int, found: &Action, was_there: bool) -> io::Result<()> {
    let may_replace = |action: &Action| action.called().is_none() || !was_there;
    if found.calls(handle) || !may_replace(found) {
        return Ok(());
    }
    received::set_previous(signal, found.called());
    let replaced = Action::of(handle).set(signal)?;
    // Another thread may have been faster.
    if replaced.is_ignored() || !may_replace(&replaced) {
        replaced.set(signal)?;
    } else if !replaced.calls(handle) {
        received::set_previous(signal, replaced.called());
    }
    Ok(())
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
