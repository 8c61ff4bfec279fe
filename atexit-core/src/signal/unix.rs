//! Signals of Unix.

mod action;
mod copies;
mod kinds;
mod received;

use std::ffi::c_int;
use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use libc::{SIGHUP, SIGINT, SIGTERM};

use crate::exit;
use crate::platform::{C, CRuntime};
use action::Action;
use received::{Installed, handle};

pub(super) use kinds::check;
pub(crate) use received::forget_those_of_the_parent;
pub(super) use received::wait;

/// Those that [`install`](super::install()) is for.
pub(crate) const DEFAULT: &[c_int] = &[SIGINT, SIGTERM, SIGHUP];

/// Receives the signal from now on, unless the process ignores it.
pub(super) fn install(signal: c_int) -> io::Result<()> {
    let found = Action::at(signal)?;
    if found.is_ignored() {
        return Ok(());
    }
    // The thread that waits is there first, so that no signal is lost.
    start_waiting()?;
    received::meet_other_copies(signal);
    let before = received::set_installed(signal, Installed::Now);
    place(signal, &found, before != Installed::Never).inspect_err(|_| _ = received::set_installed(signal, before))
}

/// Keeps the library that this code is part of from being unloaded: its handler stays where it is, and other copies of
/// this crate may use what is in it.
#[allow(clippy::unnecessary_wraps, reason = "on Windows it may fail")]
pub(super) fn stay_loaded() -> io::Result<()> {
    static STAYS: AtomicBool = AtomicBool::new(false);
    if !STAYS.swap(true, Relaxed) {
        C::stay_loaded();
    }
    Ok(())
}

/// Ends the process by the signal, after all handlers have run: those of other copies of this crate, too. If there are
/// any left, the last copy does so.
pub(super) fn end(signal: c_int) {
    if copies::finish() {
        C::end_by_signal(signal);
    }
    exit::leave_to_other_copies();
}

/// Installs our handler unless it is there already. It calls the previous handler, if any; handlers installed over ours
/// may call ours.
///
/// So that no two call each other forever, it replaces only what can't call ours: the default, anything if ours has
/// never been installed, and handlers of other copies that call only such.
fn place(signal: c_int, found: &Action, was_there: bool) -> io::Result<()> {
    let may_replace =
        |action: &Action| action.called().is_none() || !was_there || copies::calls_only_others(action, handle, signal);
    if found.calls(handle) || !may_replace(found) {
        return Ok(());
    }
    received::set_previous(signal, found.called());
    let replaced = Action::of_copy(handle).on_stack_of(found).set(signal)?;
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
