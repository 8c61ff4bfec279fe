//! What is done when the C runtime comes to our slots.

use std::ffi::c_int;

use super::{run_all, run_everything, watchdog};
use crate::pending::DownTo;
use crate::platform::{AtSlot, C, CRuntime, Thread, bounds};
use crate::run;
use crate::state::{self, Arrival, At, Cause, Exit, Locked, State, Then};

/// Which of our slots the C runtime has reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// One that a registration took.
    Registered,
    /// The one below all others.
    Base,
    /// The finalizers, which come after the whole list.
    Floor,
    /// One that a thread took before it began to wait, for others to wait at.
    Barrier,
}

/// A slot that a registration takes.
pub(crate) enum RegisteredSlot {}

impl AtSlot for RegisteredSlot {
    #[allow(clippy::inline_always, reason = "it isn't, otherwise, though there is but one place that calls it")]
    #[inline(always)]
    fn reached(code: Option<c_int>) {
        let this = Thread::current();
        let mut state = state::lock_inline();
        let Some(down_to) = state.begin_usual_turn(this, code) else {
            return take_unusual_turn(state, this, Slot::Registered, code);
        };
        state = run::until_others_run_inline(state, this, down_to);
        if state.end_usual_turn(this) {
            state.unlock_inline();
        } else {
            finish_turn(state, this, down_to);
        }
    }
}

/// The slot below all others.
enum Base {}

impl AtSlot for Base {
    #[inline]
    fn reached(code: Option<c_int>) {
        take_unusual_turn(state::lock(), Thread::current(), Slot::Base, code);
    }
}

/// A slot that is taken for others to wait at.
enum Barrier {}

impl AtSlot for Barrier {
    #[inline]
    fn reached(code: Option<c_int>) {
        take_unusual_turn(state::lock(), Thread::current(), Slot::Barrier, code);
    }
}

/// The C runtime calls the finalizers.
pub(crate) fn finalize() {
    let this = Thread::current();
    let exits = |state: &State| state.exit.as_ref().is_some_and(|exit| exit.is_by(this) && !exit.is_unloading());
    let is_by_this = exits(&state::lock());
    // Asked without the lock: the loader takes one of its own.
    if is_by_this || C::is_in_executable() {
        take_unusual_turn(state::lock(), this, Slot::Floor, None);
    } else {
        // Our slots come next, because the library that we are in is unloaded.
        state::lock().unloading = Some(this);
    }
}

/// Takes the slot below all others, at which everything is run. Called by one thread, while `is_asking_c` is set.
///
/// It is taken twice, so that a further thread in C's `exit` finds a slot to wait at while one is on its way to the
/// base.
pub(crate) fn place_base() {
    // Before it is placed: at exit, it may be reached at any time from then on.
    state::lock().pending.marks.base_placed();
    let has_slot = C::take_slot::<Base>();
    if !(C::take_slot::<Base>() || has_slot) {
        state::lock().pending.marks.base_reached();
    }
}

/// Does all that there may be to do at a slot, whatever else goes on. Most slots need only what is usual.
#[cold]
fn take_unusual_turn(mut state: Locked, this: Thread, slot: Slot, code: Option<c_int>) {
    if C::LIBRARIES_HAVE_LISTS && !C::is_in_executable() {
        // A DLL has no finalizers, which would have noted that it is unloaded.
        state.unloading = Some(this);
        if state.exit.as_ref().is_some_and(|exit| exit.is_by(this) && exit.at() == At::Ending) {
            // `exit` of this library has run everything, and ends the process.
            return;
        }
    }
    // C's `exit` doesn't return to the handlers that this thread is in.
    state.abandon_runs(this);
    let Some(down_to) = take_note(&mut state, slot) else { return };
    if !state.exit.as_ref().is_some_and(|exit| exit.is_carried_out_by(this)) {
        state = take_turn(state, this);
        if state.arrival(this) == Arrival::Beside {
            return run_beside(state, this, down_to);
        }
    }
    let unloading = state.unloading;
    if let Some(exit) = &mut state.exit {
        // When a library is unloaded, glibc tells 0, which says nothing.
        if let Some(code) = code.filter(|&code| code != 0 || unloading != Some(this)) {
            exit.learn_code(code);
        }
        exit.begin_turn(down_to);
    }
    finish_turn(state, this, down_to);
}

/// Runs what the slot has at which this thread is, or what is left of that, and goes back to the C runtime.
#[cold]
fn finish_turn(mut state: Locked, this: Thread, down_to: DownTo) {
    // Wait for handlers that other threads are running, by `run` or a guard.
    state = state::wait_for_others(state, this);
    match state.exit.as_ref().map(Exit::at) {
        // This thread unloads, and another one has begun to exit meanwhile: how far that is doesn't matter here.
        _ if !state.is_exiting_by(this) => state = run::all_down_to(state, this, down_to),
        Some(At::Slot(DownTo::Oldest)) => state = run_everything(state, this, Then::BackToC),
        Some(At::Slot(down_to)) => state = run_all(state, this, down_to),
        Some(At::LateSlot) => {
            state = run_all(state, this, DownTo::Oldest);
            state.release_memory();
        }
        Some(At::BetweenSlots | At::Over | At::Ending) | None => {}
    }
    leave(state, this);
}

/// This thread unloads the library while another one exits.
#[cold]
fn run_beside(mut state: Locked, this: Thread, down_to: DownTo) {
    state = run::all_down_to(state, this, down_to);
    drop(wait_if_unloading(state, this));
}

/// This thread carries out the exit from here on, as soon as no other one does; but not if it unloads the library while
/// another one exits.
#[cold]
fn take_turn(mut state: Locked, this: Thread) -> Locked {
    let arrival = state.arrival(this);
    if arrival == Arrival::Beside {
        return state;
    }
    let cause = if state.unloading == Some(this) { Cause::Unloading } else { Cause::Exit };
    let exit = state.begin_exit(|begun| Exit::at_slot(this, cause, begun));
    // Take the turn, or park and take the barrier, before the state may be unlocked: another thread would find its
    // turn, too, or go back to the C runtime.
    if arrival == Arrival::Wait {
        exit.park(this);
        state.changed();
        take_barrier();
    } else {
        state.take_exit_from_there(this);
    }
    // Waiting is part of the exit.
    state = watchdog::start_watchdog(state);
    // A panic that aborts may have taken over, too.
    if !state.exit.as_ref().is_some_and(|exit| exit.is_carried_out_by(this)) {
        state = wait_for_turn(state, this);
        if state.arrival(this) == Arrival::Turn {
            state.take_exit_from_there(this);
        }
    }
    state
}

/// Takes another slot, for two reasons. Several threads are in C's `exit`, and a further one would otherwise find the
/// list empty and end the process. And before 2.41, glibc frees a block of its list when a thread comes to its end,
/// though the thread that carries out the exit was called from there: unless a slot was taken meanwhile, that one would
/// go on in the block.
fn take_barrier() {
    if C::COMES_TO_LATE_SLOTS {
        // Where it is refused, the list is empty, and was so when the last thread left it.
        let _ = C::take_slot::<Barrier>();
    }
}

/// Takes note of the slot, and says what is to be run there. `None` if the C runtime comes more often than there are
/// marks, as in a child of a fork that has lost them: then the slots below have what is left.
fn take_note(state: &mut State, slot: Slot) -> Option<DownTo> {
    let marks = &mut state.pending.marks;
    match slot {
        Slot::Registered => marks.reached().map(DownTo::Mark),
        Slot::Base | Slot::Floor => {
            // FreeBSD and Android come to the finalizers by an entry of the list, above the base.
            if slot == Slot::Floor && !marks.base_is_to_come() {
                marks.floor_reached();
            }
            marks.base_reached();
            Some(DownTo::Oldest)
        }
        // A barrier has nothing of its own. What is pending is left to the slots below.
        Slot::Barrier => Some(DownTo::Mark(state.pending.registered.mark())),
    }
}

/// Waits until the thread that carries out the exit leaves that to others, or forever: then that one ends the process.
/// It doesn't wait for this one, which holds nothing but what its own caller of C's `exit` has locked.
fn wait_for_turn(mut state: Locked, this: Thread) -> Locked {
    while state.arrival(this) == Arrival::Wait {
        state = state::wait(state);
    }
    state
}

/// Goes back to the C runtime, after doing whatever else is to be done.
#[cold]
pub(super) fn leave(mut state: Locked, this: Thread) {
    if state.is_base_left_to_this_thread(this) {
        state = run_everything(state, this, Then::BackToC);
    }
    if let Some(exit) = &mut state.exit {
        exit.end_turn(this);
    }
    state.changed();
    if let Some(wait_for_panic) = state.wait_for_panic.filter(|_| state.is_left_to_panic()) {
        state = wait_for_panic(state, this);
    }
    state = wait_if_unloading(state, this);
    let can_repeat = state.can_repeat_exit();
    // Where C's `exit` can't be called again, passing the status on ends the process: so not before everything has run.
    let may_exit = |exit: &&mut Exit| can_repeat || exit.at() == At::Over;
    let owed = state.exit.as_mut().filter(may_exit).and_then(|exit| exit.take_owed_code(this));
    drop(state);
    match owed {
        Some(code) if can_repeat => C::repeat_exit(code),
        Some(code) => C::exit_at_once(code),
        None => {}
    }
}

#[inline]
fn wait_if_unloading(state: Locked, this: Thread) -> Locked {
    if state.unloading == Some(this) { wait_to_unload(state, this) } else { state }
}

/// Waits until no other thread runs handlers of the library that this one unloads, since it would come back to code
/// that is gone. It returns there after its handlers. Those that wait for the loader's lock, which this thread
/// holds, are the program's deadlock, as in any library that is unloaded while its code runs.
#[cold]
fn wait_to_unload(mut state: Locked, this: Thread) -> Locked {
    if state.exit.as_ref().is_none_or(|exit| exit.is_by(this)) {
        return state;
    }
    while state.exit.as_ref().is_some_and(|exit| exit.is_running_beside(this)) {
        state = state::wait(state);
    }
    // Wait for the few instructions from the end of a handler back to the C runtime: nobody can tell when the other
    // thread has left them behind.
    state::wait_while_handlers_begin(state, bounds::TO_LEAVE_SLOT, &mut |_| false).0
}
