//! Exiting the process: by a [`call`], by the C runtime that comes to our slots ([`at_slot`]), or [`alone`], without
//! the C runtime.

mod alone;
mod at_slot;
mod call;
mod flush;
mod hook;
mod in_child;
mod panic_hook;
mod watchdog;

#[cfg(all(unix, feature = "signals"))]
pub(crate) use alone::leave_to_other_copies;
#[cfg(all(any(unix, windows), feature = "signals"))]
pub(crate) use alone::run_alone;
pub(crate) use at_slot::{RegisteredSlot, finalize, place_base};
pub(crate) use call::exit;
#[cfg(all(any(unix, windows), feature = "signals"))]
pub(crate) use flush::flush_in_time;
pub(crate) use hook::install_exit_hook;
pub(crate) use in_child::go_on_in_child;
pub(crate) use panic_hook::install_panic_hook;
pub(crate) use watchdog::set_deadline;

use crate::pending::DownTo;
use crate::platform::Thread;
use crate::run::{self, trace};
use crate::state::{self, Locked, Then};

/// Runs everything, and notes that it is running and that it has run.
fn run_everything(mut state: Locked, this: Thread, then: Then) -> Locked {
    if let Some(exit) = &mut state.exit {
        exit.begin_everything(this);
    }
    state = run_all(state, this, DownTo::Oldest);
    // In the same moment as the last look: what is registered from now on is not covered any more.
    if let Some(exit) = &mut state.exit {
        exit.everything_has_run(this, then);
    }
    state.changed();
    state.release_memory();
    state = watchdog::stop_watchdog(state);
    if trace::is_on() { trace::summarise(state) } else { state }
}

/// Runs what was registered since, until none of that is pending. Before each handler, and in the end, it waits for
/// those that other threads are running when it begins to wait.
fn run_all(mut state: Locked, this: Thread, down_to: DownTo) -> Locked {
    loop {
        state = state::wait_for_others(state, this);
        if !state.is_by_panic() && state.pending.has(down_to) {
            state = run::until_others_run(state, this, down_to);
            continue;
        }
        // For a panic that aborts, all at once: another thread may be waiting for the one that has panicked, and would
        // be waited for in vain each time.
        state = run::all_down_to(state, this, down_to);
        // For those that have begun during the wait above. No further ones begin, unless something was registered.
        state = state::wait_for_others(state, this);
        if !state.pending.has(down_to) {
            return state;
        }
    }
}
