//! What is done when the C runtime comes to our slots.

use super::{deadline, run_everything};
use crate::pending::Since;
use crate::platform::{C, CRuntime};
use crate::run;
use crate::state::{self, Arrival, Exit, Locked, Phase, State};
use crate::thread::Thread;

/// Which of our slots the C runtime has reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// One that a registration took.
    Registered,
    /// The one below all others.
    Base,
    /// The finalizers, which come after the whole list.
    Floor,
    /// One that a thread took before it waited for its turn.
    Barrier,
}

/// The C runtime has reached a slot that a registration took.
pub(crate) extern "C" fn slot_reached() {
    reached(Slot::Registered);
}

extern "C" fn base_reached() {
    reached(Slot::Base);
}

extern "C" fn barrier_reached() {
    reached(Slot::Barrier);
}

/// The C runtime calls the finalizers.
pub(crate) extern "C" fn finalize() {
    let mut state = state::lock();
    if state.exit.as_ref().is_some_and(|exit| !exit.is_unloading()) {
        drop(state);
        reached(Slot::Floor);
    } else {
        // Our slots have not been reached: they come next, because the library that we are in is unloaded.
        state.unloading = Some(Thread::current());
    }
}

/// Takes the slot below all others, at which everything is run. To be called under the placing lock, or where there is
/// no other thread.
///
/// It is taken twice. Where two threads are in C's `exit` at once, one may be on its way from the C runtime to the base
/// while the other finds nothing left and ends the process: so the other finds the base again, and waits.
pub(crate) fn place_base() {
    // Before it is placed: at exit, it may be reached at any time from then on.
    state::lock().pending.slots.base_placed();
    let has_slot = C::take_slot(base_reached);
    let has_second = C::take_slot(base_reached);
    if !has_slot && !has_second {
        state::lock().pending.slots.base_reached();
    }
}

fn reached(slot: Slot) {
    let this = Thread::current();
    let mut state = state::lock();
    // C's `exit` doesn't return to the handlers that this thread is in.
    state.abandon_runs(this);
    let Some(since) = since(&mut state, slot) else { return };
    let unloading = state.unloading;
    let arrival = state.exit.as_ref().map_or(Arrival::Turn, |exit| exit.arrival(this, unloading));
    if arrival == Arrival::Beside {
        drop(state);
        run::since(since);
        drop(stay_loaded(state::lock(), this));
        return;
    }
    let cause = state.cause_at_slot(this);
    state.begin_exit(this, cause, Phase::BetweenSlots).arrive(this);
    // Waiting is part of the exit.
    deadline::watch(state);
    if arrival == Arrival::Wait {
        place_barrier();
    }
    let state = wait_for_turn(state::lock(), this);
    let state = take_turn(state, this, since);
    let phase = state.exit.as_ref().map(Exit::phase);
    drop(state);
    match phase {
        Some(Phase::Running(Since::Ever)) => run_everything(this, Phase::Over),
        Some(Phase::RunningLate) => {
            run::since(Since::Ever);
            state::lock().release_memory();
        }
        _ => run::since(since),
    }
    leave(state::lock(), this);
}

/// What is to be run at the slot; `None` if the C runtime comes once too often, since then the slots below have what is
/// left.
fn since(state: &mut State, slot: Slot) -> Option<Since> {
    let slots = &mut state.pending.slots;
    match slot {
        Slot::Registered => slots.reached().map(Since::Mark),
        Slot::Base | Slot::Floor => {
            slots.base_reached();
            if slot == Slot::Floor {
                slots.floor_reached();
            }
            Some(Since::Ever)
        }
        // The thread is only to wait for its turn, too.
        Slot::Barrier => Some(Since::Mark(state.pending.registered.mark())),
    }
}

/// Several threads are in C's `exit`, and this one is about to wait with the slot that it has reached. Takes another one,
/// so that a further thread doesn't find the list empty and end the process, but waits, too.
fn place_barrier() {
    if C::COMES_TO_LATE_SLOTS {
        let _placing = state::lock_placing();
        // Where it is refused, the list is empty, and has been when the last thread left it.
        let _ = C::take_slot(barrier_reached);
    }
}

/// Waits until no other thread is in our hands.
fn wait_for_turn(mut state: Locked, this: Thread) -> Locked {
    while state.exit.as_ref().is_some_and(|exit| exit.arrival(this, state.unloading) == Arrival::Wait) {
        state = state::wait(state);
    }
    state
}

/// This thread carries out the exit from here on. Waits for the handlers that other threads are running.
fn take_turn(mut state: Locked, this: Thread, since: Since) -> Locked {
    let unloading = state.unloading;
    if let Some(exit) = &mut state.exit {
        exit.take_turn(this, unloading, since);
    }
    state.changed();
    state::wait_for_others(state, this, |_| true)
}

/// Goes back to the C runtime, as soon as no other thread is at a slot of ours.
pub(super) fn leave(mut state: Locked, this: Thread) {
    if let Some(exit) = &mut state.exit {
        exit.finish(this);
    }
    state.changed();
    state = stay_loaded(state, this);
    if !state.can_repeat_exit() {
        return;
    }
    let status = state.exit.as_mut().and_then(|exit| exit.take_over_status(this));
    drop(state);
    if let Some(code) = status {
        C::repeat_exit(code);
    }
}

/// Waits until no other thread is at a slot of ours. The C runtime might end the process, or the loader unload us.
fn stay_loaded(mut state: Locked, this: Thread) -> Locked {
    while state.exit.as_ref().is_some_and(|exit| exit.has_others_at_slots(this, state.unloading)) {
        state = state::wait(state);
    }
    state
}
