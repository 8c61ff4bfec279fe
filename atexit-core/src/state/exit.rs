//! How far the exit is, which thread carries it out, and which threads wait for it. Plain data: who may go on is decided
//! here, by pure functions; the callers lock, ask and act.
//!
//! The thread that exits alternates between two hands: the C runtime's, which calls C's handlers and destructors of C++,
//! and ours, when it has reached one of our slots. Only one thread at a time is in our hands; [`Phase`] lists all states.
//! How a thread gets there:
//!
//! - It calls C's `exit`, which comes to our slots one by one. C runtimes without a lock of their own on `exit` (glibc
//!   before 2.41) let several threads do so at once: then each waits at its slot for its turn, and none that is done leaves
//!   its slot while another is at one. So the C runtime doesn't end the process under a thread that runs handlers.
//! - It unloads the library that this code is part of, which comes to our slots, too. A thread that unloads and one that
//!   exits don't wait for each other's handlers, since the loader makes the one that exits wait for the other in the end.
//! - It runs everything by itself, without the C runtime: for a signal, for a panic that will abort, or where C's `exit`
//!   doesn't reach our slots. Then no other thread gets a turn any more.

use std::time::{Duration, Instant};

use crate::pending::Since;
use crate::thread::Thread;

/// The exit that is going on.
pub(crate) struct Exit {
    /// The thread that carries it out: the last that had its turn.
    thread: Thread,
    cause: Cause,
    phase: Phase,
    begun: Option<Instant>,
    /// What `exit` was last called with.
    status: Option<Status>,
    /// The threads that have reached a slot, or a panic's hook, and have not yet done what is to be done there.
    at_slots: Vec<Thread>,
}

/// What began the exit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// C's `exit`, by whatever way.
    Exit,
    /// A signal, by which the process dies.
    #[cfg_attr(not(all(unix, feature = "signals")), allow(dead_code, reason = "none does without the feature"))]
    Signal(i32),
    /// A panic in a program that can't unwind.
    Panic,
    /// Nothing exits but the library that this code is part of: it is unloaded.
    Unloading,
}

/// How far the exit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    /// In the C runtime's hands. The slots that it has not come to have what is pending.
    BetweenSlots,
    /// The thread runs what was registered since.
    Running(Since),
    /// Everything has run, and the C runtime goes on with what is older. It may come to slots that are taken now.
    Over,
    /// The thread runs, at such a late slot, everything that is pending.
    RunningLate,
    /// Everything has run, and the thread ends the process without the C runtime's list.
    Ending,
}

/// The status that the process is to exit with.
#[derive(Clone, Copy, Debug)]
struct Status {
    code: i32,
    /// The thread that has called, or is about to call, C's `exit` with it.
    thread: Thread,
}

/// What a thread does that has reached a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arrival {
    /// It carries out the exit from here on.
    Turn,
    /// It waits for its turn.
    Wait,
    /// It unloads while another thread exits: it runs its handlers, and leaves the exit alone.
    Beside,
}

/// What a thread does that calls `exit`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Call {
    /// It begins the exit.
    First,
    /// It carries out the exit already.
    Again,
    /// It waits until another thread has ended the process.
    Elsewhere,
}

impl Exit {
    pub(crate) fn new(thread: Thread, cause: Cause, phase: Phase, begun: Option<Instant>) -> Self {
        Self { thread, cause, phase, begun, status: None, at_slots: Vec::new() }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    pub(crate) fn is_by(&self, thread: Thread) -> bool {
        self.thread == thread
    }

    pub(crate) fn is_unloading(&self) -> bool {
        self.cause == Cause::Unloading
    }

    pub(crate) fn is_by_panic(&self) -> bool {
        self.cause == Cause::Panic
    }

    /// The signal that began it, if one did.
    pub(crate) fn signal(&self) -> Option<i32> {
        match self.cause {
            Cause::Signal(signal) => Some(signal),
            _ => None,
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.map(|begun| begun.elapsed()).unwrap_or_default()
    }

    /// Whether the deadline counts: until everything has run.
    pub(crate) fn is_under_deadline(&self) -> bool {
        matches!(self.phase, Phase::BetweenSlots | Phase::Running(_))
    }

    /// What `this` does at a slot; `unloading` is the thread that unloads the library that this code is part of.
    pub(crate) fn arrival(&self, this: Thread, unloading: Option<Thread>) -> Arrival {
        let is_unloading = unloading == Some(this);
        match self.phase {
            _ if self.is_by(this) => Arrival::Turn,
            _ if is_unloading && !self.is_unloading() => Arrival::Beside,
            _ if self.is_unloading() => Arrival::Turn,
            Phase::BetweenSlots | Phase::Over => Arrival::Turn,
            Phase::Running(_) | Phase::RunningLate | Phase::Ending => Arrival::Wait,
        }
    }

    /// What `this` does when it calls `exit`.
    pub(crate) fn call(exit: Option<&Self>, this: Thread) -> Call {
        match exit {
            None => Call::First,
            Some(exit) if exit.is_by(this) => Call::Again,
            // The process exits only now.
            Some(exit) if exit.is_unloading() => Call::First,
            Some(_) => Call::Elsewhere,
        }
    }

    /// `this` has reached a slot.
    pub(crate) fn arrive(&mut self, this: Thread) {
        // What it was doing at an earlier slot, it never returns to.
        self.at_slots.retain(|&thread| thread != this);
        self.at_slots.push(this);
    }

    /// `this` carries out the exit from here on, and runs what was registered since.
    pub(crate) fn take_turn(&mut self, this: Thread, unloading: Option<Thread>, since: Since) {
        self.thread = this;
        if self.is_unloading() && unloading != Some(this) {
            self.cause = Cause::Exit;
        }
        self.phase = match self.phase {
            Phase::Over | Phase::RunningLate => Phase::RunningLate,
            _ => Phase::Running(since),
        };
    }

    /// A panic that will abort takes over: nothing but that ends the process now.
    pub(crate) fn take_turn_for_panic(&mut self, this: Thread) {
        self.take_turn(this, None, Since::Ever);
        self.cause = Cause::Panic;
    }

    /// `this` runs everything that is left, whatever slots are to come.
    pub(crate) fn run_everything(&mut self) {
        if self.phase != Phase::RunningLate {
            self.phase = Phase::Running(Since::Ever);
        }
    }

    /// Everything has run.
    pub(crate) fn is_over(&mut self, then: Phase) {
        self.phase = then;
    }

    /// `this` has done what is to be done at its slot.
    pub(crate) fn finish(&mut self, this: Thread) {
        self.at_slots.retain(|&thread| thread != this);
        if self.is_by(this) {
            self.phase = match self.phase {
                Phase::Running(_) => Phase::BetweenSlots,
                Phase::RunningLate => Phase::Over,
                phase => phase,
            };
        }
        if self.phase == Phase::Over {
            // Nobody would give it back after the library that we are in is unloaded.
            self.at_slots.shrink_to_fit();
        }
    }

    /// Whether another thread is at a slot, but for the one that unloads: so `this` may not go back to the C runtime.
    pub(crate) fn has_others_at_slots(&self, this: Thread, unloading: Option<Thread>) -> bool {
        self.at_slots.iter().any(|&thread| thread != this && Some(thread) != unloading)
    }

    /// The process is to exit with this status, and `this` calls C's `exit` with it.
    pub(crate) fn process_exits(&mut self, this: Thread, code: i32) {
        if self.is_unloading() {
            self.cause = Cause::Exit;
        }
        self.thread = this;
        self.status = Some(Status { code, thread: this });
    }

    /// The status with which `this` has to call C's `exit` anew when it leaves a slot, since another thread wanted it.
    pub(crate) fn take_over_status(&mut self, this: Thread) -> Option<i32> {
        let status = self.status.as_mut().filter(|status| status.thread != this)?;
        status.thread = this;
        Some(status.code)
    }

    /// In the child of a fork: only `this` is at a slot, if it is.
    pub(crate) fn forget_other_threads(&mut self, this: Thread) {
        self.at_slots.retain(|&thread| thread == this);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads() -> [Thread; 3] {
        [1, 2, 3].map(Thread::numbered)
    }

    fn exit_in(phase: Phase) -> Exit {
        Exit::new(threads()[0], Cause::Exit, phase, None)
    }

    #[test]
    fn one_thread_at_a_time_has_its_turn() {
        let [first, second, _] = threads();
        for (phase, arrival) in [
            (Phase::BetweenSlots, Arrival::Turn),
            (Phase::Running(Since::Ever), Arrival::Wait),
            (Phase::Over, Arrival::Turn),
            (Phase::RunningLate, Arrival::Wait),
            (Phase::Ending, Arrival::Wait),
        ] {
            assert_eq!(exit_in(phase).arrival(second, None), arrival, "{phase:?}");
            // C's exit in one of its own handlers.
            assert_eq!(exit_in(phase).arrival(first, None), Arrival::Turn, "{phase:?}");
        }
    }

    #[test]
    fn unloading_and_exiting_do_not_wait_for_each_other() {
        let [unloads, exits, _] = threads();
        let mut exit = Exit::new(unloads, Cause::Unloading, Phase::Running(Since::Ever), None);
        assert_eq!(exit.arrival(exits, Some(unloads)), Arrival::Turn);
        exit.arrive(unloads);
        exit.arrive(exits);
        exit.take_turn(exits, Some(unloads), Since::Ever);
        assert!(!exit.is_unloading());
        assert_eq!(exit.arrival(unloads, Some(unloads)), Arrival::Beside);
        assert!(!exit.has_others_at_slots(exits, Some(unloads)));
        // But the library stays while the other thread is in it.
        assert!(exit.has_others_at_slots(unloads, Some(unloads)));
        exit.finish(exits);
        assert!(!exit.has_others_at_slots(unloads, Some(unloads)));
    }

    #[test]
    fn nobody_leaves_while_another_is_at_a_slot() {
        let [first, second, _] = threads();
        let mut exit = exit_in(Phase::BetweenSlots);
        exit.arrive(first);
        exit.take_turn(first, None, Since::Ever);
        exit.arrive(second);
        assert_eq!(exit.arrival(second, None), Arrival::Wait);
        exit.is_over(Phase::Over);
        exit.finish(first);
        assert!(exit.has_others_at_slots(first, None));
        assert_eq!(exit.arrival(second, None), Arrival::Turn);
        exit.take_turn(second, None, Since::Ever);
        assert_eq!(exit.phase(), Phase::RunningLate);
        exit.finish(second);
        assert!(!exit.has_others_at_slots(first, None));
        assert_eq!(exit.phase(), Phase::Over);
    }

    #[test]
    fn a_thread_that_arrives_again_has_left_its_earlier_slot() {
        let [first, second, _] = threads();
        let mut exit = exit_in(Phase::BetweenSlots);
        exit.arrive(first);
        exit.arrive(first);
        exit.finish(first);
        assert!(!exit.has_others_at_slots(second, None));
    }

    #[test]
    fn the_first_call_of_exit_begins_it_and_others_wait() {
        let [first, second, _] = threads();
        assert_eq!(Exit::call(None, first), Call::First);
        let exit = exit_in(Phase::BetweenSlots);
        assert_eq!(Exit::call(Some(&exit), first), Call::Again);
        assert_eq!(Exit::call(Some(&exit), second), Call::Elsewhere);
        let unloading = Exit::new(first, Cause::Unloading, Phase::BetweenSlots, None);
        assert_eq!(Exit::call(Some(&unloading), second), Call::First);
    }

    #[test]
    fn the_last_status_wins_on_whatever_thread_leaves() {
        let [first, second, _] = threads();
        let mut exit = exit_in(Phase::BetweenSlots);
        assert_eq!(exit.take_over_status(first), None);
        exit.process_exits(first, 3);
        assert_eq!(exit.take_over_status(first), None);
        assert_eq!(exit.take_over_status(second), Some(3));
        assert_eq!(exit.take_over_status(second), None);
        assert_eq!(exit.take_over_status(first), Some(3));
    }

    #[test]
    fn a_panic_that_aborts_keeps_all_others_out() {
        let [first, second, _] = threads();
        let mut exit = exit_in(Phase::BetweenSlots);
        exit.take_turn_for_panic(second);
        assert!(exit.is_by_panic() && exit.is_by(second));
        assert_eq!(exit.arrival(first, None), Arrival::Wait);
        exit.is_over(Phase::Ending);
        assert_eq!(exit.arrival(first, None), Arrival::Wait);
    }
}
