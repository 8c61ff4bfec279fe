//! How far the exit is, which thread carries it out, and which threads wait for it. Plain data: who may go on is
//! decided here, by pure functions; the callers lock, ask and act.
//!
//! The thread that exits alternates between two hands: the C runtime's, which calls C's handlers and destructors of
//! C++, and ours, when it has reached one of our slots. [`Phase`] lists all states. How a thread gets there:
//!
//! - It calls C's `exit`, which comes to our slots one by one. The first thread that reaches one carries out the exit
//!   from there on. C runtimes without a lock of their own on `exit` (glibc before 2.41) let several threads do so at
//!   once, but break when two of them go through the list: so all others wait forever at the first slot that they
//!   reach, as they would at such a lock.
//! - It unloads the library that this code is part of, which comes to our slots, too. A thread that unloads and one
//!   that exits don't wait for each other's handlers, since the loader makes the one that exits wait for the other
//!   later.
//! - It runs everything by itself, without the C runtime: for a signal, for a panic that will abort, or where C's
//!   `exit` doesn't reach our slots.

use std::time::Duration;

use crate::pending::Since;
use crate::platform::Moment;
use crate::system_vec::SystemVec;
use crate::thread::Thread;

/// The exit that is going on.
pub(crate) struct Exit {
    /// The thread that carries it out.
    thread: Thread,
    /// No slot was reached yet: the first thread that comes to one carries the exit out from there on.
    is_unclaimed: bool,
    /// The thread runs everything by itself, without the C runtime.
    is_alone: bool,
    /// All has run that a signal runs, and other copies of this crate end the process.
    is_left_to_other_copies: bool,
    cause: Cause,
    phase: Phase,
    begun: Moment,
    /// What `exit` was last called with.
    status: Option<Status>,
    /// The status with which the process exits, as far as anybody has told: the C runtime at a slot, or `exit`.
    known_code: Option<i32>,
    /// The threads that have reached a slot and wait there, maybe forever.
    waiting: SystemVec<Thread>,
    /// How many threads have panicked and wait until they may run what is left.
    panics: usize,
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
    /// It waits, until the thread that carries out the exit leaves that to others, or forever.
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
    /// Another thread has called `exit`, and no thread has come to a slot.
    Unclaimed,
    /// It waits until another thread has ended the process.
    Elsewhere,
}

/// How the process ends when a handler that runs at exit calls `exit`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// C's `exit` is called again, and goes on with its list.
    Repeat,
    /// The thread hasn't called C's `exit` yet, but another may have.
    CallOrHandOver,
    /// C's `exit` may not be called.
    WithoutC,
}

impl Exit {
    pub(crate) fn new(thread: Thread, cause: Cause, phase: Phase, begun: Moment) -> Self {
        let is_unclaimed = phase == Phase::BetweenSlots;
        Self {
            thread,
            is_unclaimed,
            is_alone: !is_unclaimed,
            is_left_to_other_copies: false,
            cause,
            phase,
            begun,
            status: None,
            known_code: None,
            waiting: SystemVec::new(),
            panics: 0,
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    pub(crate) fn cause(&self) -> Cause {
        self.cause
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
        self.begun.elapsed()
    }

    /// Whether the deadline counts: until everything has run, in other copies of this crate, too.
    pub(crate) fn is_under_deadline(&self) -> bool {
        self.is_left_to_other_copies || matches!(self.phase, Phase::BetweenSlots | Phase::Running(_))
    }

    /// What `this` does at a slot; `unloading` is the thread that unloads the library that this code is part of.
    pub(crate) fn arrival(&self, this: Thread, unloading: Option<Thread>) -> Arrival {
        if unloading == Some(this) && !self.is_by(this) && !self.is_unloading() {
            Arrival::Beside
        } else if self.is_by(this) || self.is_unclaimed || self.is_unloading() {
            Arrival::Turn
        } else {
            Arrival::Wait
        }
    }

    /// Whether a thread that has panicked may run what is left: whenever no other is running handlers.
    pub(crate) fn may_panic_run(&self, this: Thread) -> bool {
        self.is_by(this) || self.is_unloading() || matches!(self.phase, Phase::BetweenSlots | Phase::Over)
    }

    /// What `this` does when it calls `exit`.
    pub(crate) fn call_by(exit: Option<&Self>, this: Thread) -> Call {
        match exit {
            None => Call::First,
            Some(exit) if exit.is_by(this) => Call::Again,
            // The process exits only now, or may exit in another way.
            Some(exit) if exit.is_unloading() || exit.is_left_to_other_copies => Call::First,
            Some(exit) if exit.is_unclaimed => Call::Unclaimed,
            Some(_) => Call::Elsewhere,
        }
    }

    /// How the process ends when a handler that this exit runs calls `exit`.
    pub(crate) fn way(&self, can_call: bool, can_repeat: bool) -> Way {
        match self.is_alone {
            true if can_call => Way::CallOrHandOver,
            false if can_repeat => Way::Repeat,
            _ => Way::WithoutC,
        }
    }

    /// What has to run before the process ends that way: not what the slots below have, each in its turn.
    pub(crate) fn rest(&self, way: Way) -> Option<Since> {
        match (way, self.phase) {
            (Way::Repeat, Phase::Running(since)) => Some(since),
            (Way::Repeat, Phase::BetweenSlots | Phase::Over | Phase::Ending) => None,
            _ => Some(Since::Start),
        }
    }

    /// `this` has reached a slot, and waits.
    pub(crate) fn add_waiting(&mut self, this: Thread) {
        self.waiting.push(this);
    }

    /// Whether another thread waits at a slot.
    pub(crate) fn has_waiting(&self, this: Thread) -> bool {
        self.waiting.iter().any(|&thread| thread != this)
    }

    /// A thread has panicked, and waits until it may run what is left.
    pub(crate) fn add_waiting_panic(&mut self) {
        self.panics += 1;
    }

    /// Whether a panic is going to end the process: then no thread goes back to the C runtime.
    pub(crate) fn is_left_to_panic(&self) -> bool {
        self.panics > 0 || self.is_by_panic()
    }

    /// Whether `this` has reached a slot before, and carries out the exit since then.
    #[inline]
    pub(crate) fn is_carried_out_by(&self, this: Thread) -> bool {
        self.is_by(this) && !self.is_unclaimed
    }

    /// `this` carries out the exit from here on.
    pub(crate) fn take_over(&mut self, this: Thread, unloading: Option<Thread>) {
        self.thread = this;
        self.is_unclaimed = false;
        self.waiting.retain(|&thread| thread != this);
        if self.is_unloading() && unloading != Some(this) {
            self.cause = Cause::Exit;
        }
    }

    /// The status with which the process exits, as far as anybody has told.
    pub(crate) fn known_code(&self) -> Option<i32> {
        self.known_code
    }

    /// The C runtime has called a slot, and told the status.
    #[inline]
    pub(crate) fn learn_code(&mut self, code: i32) {
        self.known_code = Some(code);
    }

    /// The thread that carries out the exit runs what was registered since.
    #[inline]
    pub(crate) fn begin_turn(&mut self, since: Since) {
        self.phase = match self.phase {
            Phase::Over | Phase::RunningLate => Phase::RunningLate,
            _ => Phase::Running(since),
        };
    }

    /// A panic that will abort takes over: nothing but that ends the process now.
    pub(crate) fn take_turn_for_panic(&mut self, this: Thread) {
        self.panics -= 1;
        self.take_over_alone(this, Cause::Panic);
    }

    /// `this` takes over, and runs everything without the C runtime.
    pub(crate) fn take_over_alone(&mut self, this: Thread, cause: Cause) {
        self.take_over(this, None);
        self.begin_turn(Since::Start);
        self.cause = cause;
        self.is_alone = true;
    }

    /// `this` runs everything that is left, whatever slots are to come.
    pub(crate) fn begin_everything(&mut self, this: Thread) {
        if self.is_by(this) && self.phase != Phase::RunningLate {
            self.phase = Phase::Running(Since::Start);
        }
    }

    /// `this` has run everything.
    pub(crate) fn everything_has_run(&mut self, this: Thread, then: Phase) {
        if self.is_by(this) {
            self.phase = then;
        }
    }

    /// The same, unless more is to be done: another thread wants a status, or a panic ends the process. Says whether
    /// not.
    #[inline]
    pub(crate) fn leaves_as_usual(&mut self, this: Thread) -> bool {
        let is_usual = self.is_by(this)
            && matches!(self.phase, Phase::Running(_))
            && self.cause == Cause::Exit
            && self.panics == 0
            && self.status.is_none_or(|status| status.thread == this);
        if is_usual {
            self.phase = Phase::BetweenSlots;
        }
        is_usual
    }

    /// `this` has done what is to be done at its slot.
    pub(crate) fn finish(&mut self, this: Thread) {
        if self.is_by(this) {
            self.phase = match self.phase {
                Phase::Running(_) => Phase::BetweenSlots,
                Phase::RunningLate => Phase::Over,
                phase => phase,
            };
        }
    }

    /// Whether another thread runs handlers: the library that we are in may not be unloaded.
    pub(crate) fn is_running_beside(&self, this: Thread) -> bool {
        !self.is_by(this) && matches!(self.phase, Phase::Running(_) | Phase::RunningLate)
    }

    /// The process is to exit with this status, and `this` calls C's `exit` with it.
    pub(crate) fn set_status(&mut self, this: Thread, code: i32) {
        if matches!(self.cause, Cause::Unloading | Cause::Panic) {
            self.cause = Cause::Exit;
        }
        self.thread = this;
        self.status = Some(Status { code, thread: this });
        self.known_code = Some(code);
    }

    /// `this` has run everything without the C runtime and leaves the rest to whoever comes to a slot.
    pub(crate) fn hand_over(&mut self) {
        self.phase = Phase::Over;
        self.is_unclaimed = true;
        self.is_alone = false;
    }

    /// The same, when other copies of this crate end the process: by the signal, too, or by an exit.
    #[cfg_attr(not(all(unix, feature = "signals")), allow(dead_code, reason = "no signal runs anything"))]
    pub(crate) fn leave_to_other_copies(&mut self) {
        self.hand_over();
        self.is_left_to_other_copies = true;
    }

    pub(crate) fn is_left_to_other_copies(&self) -> bool {
        self.is_left_to_other_copies
    }

    /// The status with which `this` has to exit when it leaves a slot, since another thread wanted it.
    pub(crate) fn take_over_status(&mut self, this: Thread) -> Option<i32> {
        if !self.is_by(this) {
            // It unloads a library while another thread exits.
            return None;
        }
        let status = self.status.as_mut().filter(|status| status.thread != this)?;
        status.thread = this;
        Some(status.code)
    }

    /// In the child of a fork nobody else waits, and `this` carries out the exit. Says whether another thread may have
    /// been in C's `exit`.
    pub(crate) fn continue_in_child(&mut self, this: Thread) -> bool {
        self.thread = this;
        self.waiting.clear();
        self.panics = 0;
        self.is_alone
    }

    /// Whether the thread has not called C's `exit`, nor Rust's.
    pub(crate) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// Gives memory back that isn't needed for what is there.
    pub(crate) fn release_memory(&mut self) {
        self.waiting.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads() -> [Thread; 3] {
        [1, 2, 3].map(Thread::numbered)
    }

    fn exit_in(phase: Phase) -> Exit {
        Exit::new(threads()[0], Cause::Exit, phase, Moment::now())
    }

    /// The thread reaches a slot.
    fn take_turn(exit: &mut Exit, thread: Thread, unloading: Option<Thread>) {
        exit.take_over(thread, unloading);
        exit.begin_turn(Since::Start);
    }

    #[test]
    fn the_first_thread_at_a_slot_carries_out_the_exit_and_others_wait() {
        let [first, second, _] = threads();
        let mut exit = exit_in(Phase::BetweenSlots);
        // It was called, but no slot was reached.
        assert_eq!(exit.arrival(second, None), Arrival::Turn);
        assert!(!exit.is_carried_out_by(first) && !exit.is_carried_out_by(second));
        take_turn(&mut exit, second, None);
        assert!(!exit.is_carried_out_by(first) && exit.is_carried_out_by(second));
        for phase in [Phase::Running(Since::Start), Phase::BetweenSlots, Phase::Over, Phase::RunningLate, Phase::Ending]
        {
            exit.phase = phase;
            assert_eq!(exit.arrival(first, None), Arrival::Wait, "{phase:?}");
            assert_eq!(exit.arrival(second, None), Arrival::Turn, "{phase:?}");
        }
    }

    #[test]
    fn a_thread_that_runs_everything_alone_gives_nobody_a_turn_until_it_hands_over() {
        let [first, second, third] = threads();
        let mut exit = Exit::new(first, Cause::Signal(15), Phase::Running(Since::Start), Moment::now());
        assert_eq!(exit.arrival(second, None), Arrival::Wait);
        exit.add_waiting(second);
        exit.everything_has_run(first, Phase::Ending);
        assert_eq!(exit.arrival(second, None), Arrival::Wait);
        assert_eq!(exit.way(true, true), Way::CallOrHandOver);
        assert_eq!(exit.way(true, false), Way::CallOrHandOver);
        assert_eq!(exit.way(false, false), Way::WithoutC);
        assert!(exit.has_waiting(first) && !exit.has_waiting(second));
        exit.set_status(first, 3);
        exit.hand_over();
        assert_eq!(exit.arrival(second, None), Arrival::Turn);
        take_turn(&mut exit, second, None);
        assert_eq!((exit.phase(), exit.signal()), (Phase::RunningLate, Some(15)));
        // It has called C's `exit`.
        assert_eq!(exit.way(true, true), Way::Repeat);
        assert_eq!(exit.way(true, false), Way::WithoutC);
        assert_eq!(exit.arrival(third, None), Arrival::Wait);
        exit.finish(second);
        assert_eq!(exit.phase(), Phase::Over);
        assert_eq!((exit.take_over_status(second), exit.take_over_status(second)), (Some(3), None));
    }

    #[test]
    fn unloading_and_exiting_do_not_wait_for_each_other() {
        let [unloads, exits, _] = threads();
        let mut exit = Exit::new(unloads, Cause::Unloading, Phase::BetweenSlots, Moment::now());
        take_turn(&mut exit, unloads, Some(unloads));
        assert!(exit.is_unloading());
        assert_eq!(exit.arrival(exits, Some(unloads)), Arrival::Turn);
        take_turn(&mut exit, exits, Some(unloads));
        assert!(!exit.is_unloading());
        assert_eq!(exit.arrival(unloads, Some(unloads)), Arrival::Beside);
        // What the one that unloads has done doesn't end the other's turn, and the library stays while that lasts.
        exit.everything_has_run(unloads, Phase::Over);
        exit.finish(unloads);
        assert!(exit.is_running_beside(unloads));
        exit.finish(exits);
        assert!(!exit.is_running_beside(unloads));
    }

    #[test]
    fn the_first_call_of_exit_begins_it_and_others_wait() {
        let [first, second, _] = threads();
        assert_eq!(Exit::call_by(None, first), Call::First);
        let exit = exit_in(Phase::BetweenSlots);
        assert_eq!(Exit::call_by(Some(&exit), first), Call::Again);
        assert_eq!(Exit::call_by(Some(&exit), second), Call::Unclaimed);
        let mut claimed = exit_in(Phase::BetweenSlots);
        take_turn(&mut claimed, first, None);
        assert_eq!(Exit::call_by(Some(&claimed), second), Call::Elsewhere);
        let unloading = Exit::new(first, Cause::Unloading, Phase::BetweenSlots, Moment::now());
        assert_eq!(Exit::call_by(Some(&unloading), second), Call::First);
    }

    #[test]
    fn exit_in_a_handler_runs_what_no_slot_below_has() {
        for (phase, rest) in [
            (Phase::Running(Since::Start), Some(Since::Start)),
            (Phase::RunningLate, Some(Since::Start)),
            (Phase::BetweenSlots, None),
            (Phase::Over, None),
        ] {
            let mut exit = exit_in(Phase::BetweenSlots);
            exit.phase = phase;
            assert_eq!(exit.way(true, true), Way::Repeat);
            assert_eq!(exit.rest(Way::Repeat), rest, "{phase:?}");
            assert_eq!(exit.way(true, false), Way::WithoutC);
            assert_eq!(exit.rest(Way::WithoutC), Some(Since::Start), "{phase:?}");
        }
    }

    #[test]
    fn the_last_status_wins_on_whatever_thread_carries_out_the_exit() {
        let [first, second, _] = threads();
        let mut exit = exit_in(Phase::BetweenSlots);
        assert_eq!(exit.take_over_status(first), None);
        exit.set_status(first, 3);
        assert_eq!(exit.take_over_status(first), None);
        // It unloads a library meanwhile, and goes on with that.
        assert_eq!(exit.take_over_status(second), None);
        take_turn(&mut exit, second, None);
        assert_eq!(exit.take_over_status(second), Some(3));
        assert_eq!(exit.take_over_status(second), None);
        take_turn(&mut exit, first, None);
        assert_eq!(exit.take_over_status(first), Some(3));
    }

    #[test]
    fn a_panic_that_aborts_waits_for_handlers_and_keeps_all_others_out() {
        let [first, panics, third] = threads();
        let mut exit = exit_in(Phase::BetweenSlots);
        take_turn(&mut exit, first, None);
        exit.add_waiting_panic();
        assert!(!exit.may_panic_run(panics) && exit.may_panic_run(first));
        exit.finish(first);
        // The other stays at its slot.
        assert!(exit.may_panic_run(panics) && exit.is_left_to_panic());
        exit.take_turn_for_panic(panics);
        assert!(exit.is_by_panic() && exit.is_left_to_panic());
        assert_eq!(exit.arrival(third, None), Arrival::Wait);
        exit.set_status(panics, 3);
        assert!(!exit.is_left_to_panic());
    }

    #[test]
    fn a_child_forked_by_a_handler_that_c_has_no_part_in_may_not_call_c() {
        let [this, ..] = threads();
        let mut alone = Exit::new(this, Cause::Signal(15), Phase::Running(Since::Start), Moment::now());
        assert!(alone.continue_in_child(this));
        let mut at_slot = exit_in(Phase::BetweenSlots);
        take_turn(&mut at_slot, this, None);
        assert!(!at_slot.continue_in_child(this));
    }
}
