//! How far the exit is, in whose hands, and which threads wait for it. Plain data: who may go on is decided here, by
//! pure functions; the callers lock, ask and act.
//!
//! The exit is in the hands of one thread at a time, in one of three ways, which are the variants of [`Hand`]:
//!
//! - A thread has *called* C's `exit`, which comes to our slots one by one. The first thread that reaches one carries
//!   out the exit from there on. C runtimes without a lock of their own on `exit` (glibc before 2.41) let several
//!   threads do so at once, but break when two of them go through the list: so all others wait at the first slot that
//!   they reach, as they would at such a lock: until the exit is left to them, mostly forever.
//! - A thread is *in C*: it has reached a slot. From there on it alternates between the C runtime, which calls C's
//!   handlers and destructors of C++, and us. So does a thread that unloads the library that this code is part of. That
//!   one and one that exits don't wait for each other to run handlers, since the loader makes the one that exits wait
//!   for the other later.
//! - A thread runs everything *alone*, without the C runtime: for a signal, for a panic that will abort, or where C's
//!   `exit` doesn't reach our slots.

use std::time::Duration;

use super::Reason;
use crate::pending::DownTo;
use crate::platform::{C, CRuntime, Moment, SystemVec, Thread};

/// The exit that is going on.
pub(crate) struct Exit {
    /// The thread in whose hands it is.
    by: Thread,
    hand: Hand,
    cause: Cause,
    begun: Moment,
    /// The status with which the process exits, as a caller of `exit` has told last. Like the next, it says what
    /// handlers see, and decides nothing but the status of a delegate's child.
    told: Option<i32>,
    /// The same, as the C runtime has told at a slot since then.
    told_by_c: Option<i32>,
    /// The threads that have reached a slot and wait there, maybe forever.
    parked: SystemVec<Thread>,
    /// How many threads have panicked and wait until they may run what is left.
    panics: usize,
}

/// How the thread has the exit in its hands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hand {
    /// It has called C's `exit`, or is about to, or leaves that to others. Whoever reaches a slot first carries out the
    /// exit from there on.
    Called {
        /// What it has called `exit` with, if it has.
        code: Option<i32>,
        /// Everything has run before, without the C runtime.
        is_late: bool,
    },
    /// It has reached a slot, or runs what is left in C's `exit`.
    InC {
        at: At,
        /// The status that another thread has called `exit` with, and that this one has not passed to C yet.
        owed: Option<i32>,
    },
    /// It has not called C's `exit`, and runs everything.
    Alone { at: Solo },
}

/// How far a thread is that the C runtime has brought to our slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum At {
    /// In the C runtime's hands. The slots that it has not come to have what is pending.
    BetweenSlots,
    /// It runs what was registered since the slot was taken.
    Slot(DownTo),
    /// Everything has run, and the C runtime goes on with what is older. It may come to slots that are taken now.
    Over,
    /// It runs, at such a late slot, everything that is pending.
    LateSlot,
    /// Everything has run, and the thread ends the process without the C runtime's list.
    Ending,
}

/// How far a thread is that runs everything without the C runtime.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Solo {
    Running,
    /// Everything had run before.
    RunningLate,
    Done,
}

/// What began the exit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// A call of `exit`, by whatever way.
    Exit,
    /// A signal, by which the process dies.
    #[cfg_attr(not(all(unix, feature = "signals")), allow(dead_code, reason = "none does without the feature"))]
    Signal(i32),
    /// A signal. Everything has run here, and other copies of this crate end the process, by the signal or an exit.
    #[cfg_attr(not(all(unix, feature = "signals")), allow(dead_code, reason = "no signal runs anything"))]
    SharedSignal(i32),
    /// A panic in a program that can't unwind.
    Panic,
    /// Nothing exits but the library that this code is part of: it is unloaded.
    Unloading,
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
    /// The exit is in its hands already.
    Again,
    /// Another thread has called `exit`, and none has come to a slot.
    OtherFirst,
    /// Another thread carries out the exit, and ends the process.
    Elsewhere,
}

/// What a thread does that has called `std::process::exit`, where the C runtime has no part in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(any(miri, not(windows)), allow(dead_code, reason = "elsewhere it comes to our slots"))]
pub(crate) enum Leaving {
    /// It exits.
    Exit,
    /// It waits for another thread, which exits and runs handlers.
    Wait,
    /// It waits for another thread to end the process, which may be waiting for this one in other code like ours.
    WaitInTime,
    /// It goes on, and ends the process.
    End,
}

/// How the process ends when the thread that exits calls `exit` once more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// C's `exit` is called again, and goes on with its list. Before that, the rest of the current slot runs.
    Repeat(Option<DownTo>),
    /// The thread hasn't called C's `exit` yet, but another may have.
    CallOrHandOver,
    /// C's `exit` may not be called.
    WithoutC,
}

/// What a thread does when it has run everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Then {
    /// It goes back to the C runtime.
    BackToC,
    /// It ends the process.
    End,
}

impl Hand {
    /// How far it is, as if it were in C.
    fn at(self) -> At {
        match self {
            Self::Called { is_late: false, .. } => At::BetweenSlots,
            Self::Called { is_late: true, .. } => At::Over,
            Self::InC { at, .. } => at,
            Self::Alone { at: Solo::Running } => At::Slot(DownTo::Oldest),
            Self::Alone { at: Solo::RunningLate } => At::LateSlot,
            Self::Alone { at: Solo::Done } => At::Ending,
        }
    }
}

impl At {
    /// Whether everything has run before.
    fn is_late(self) -> bool {
        match self {
            Self::BetweenSlots | Self::Slot(_) => false,
            Self::Over | Self::LateSlot | Self::Ending => true,
        }
    }

    /// Whether handlers are being run.
    fn is_running(self) -> bool {
        match self {
            Self::Slot(_) | Self::LateSlot => true,
            Self::BetweenSlots | Self::Over | Self::Ending => false,
        }
    }

    /// At a slot that has what was registered since it was taken.
    fn turn(self, down_to: DownTo) -> Self {
        if self.is_late() { Self::LateSlot } else { Self::Slot(down_to) }
    }

    /// Back in the C runtime's hands.
    fn left(self) -> Self {
        match self {
            Self::Slot(_) => Self::BetweenSlots,
            Self::LateSlot => Self::Over,
            Self::BetweenSlots | Self::Over | Self::Ending => self,
        }
    }
}

impl Solo {
    fn running_after(at: At) -> Self {
        if at.is_late() { Self::RunningLate } else { Self::Running }
    }
}

impl Exit {
    /// It begins so in the hands of this thread.
    fn new(by: Thread, hand: Hand, cause: Cause, told: Option<i32>, begun: Moment) -> Self {
        Self { by, hand, cause, begun, told, told_by_c: None, parked: SystemVec::new(), panics: 0 }
    }

    /// This thread is about to call C's `exit`.
    pub(crate) fn called(by: Thread, code: i32, begun: Moment) -> Self {
        Self::new(by, Hand::Called { code: Some(code), is_late: false }, Cause::Exit, Some(code), begun)
    }

    /// This thread has reached a slot.
    pub(crate) fn at_slot(thread: Thread, cause: Cause, begun: Moment) -> Self {
        Self::new(thread, Hand::InC { at: At::BetweenSlots, owed: None }, cause, None, begun)
    }

    /// This thread runs everything, without the C runtime: with this status, if it has called `exit`.
    pub(crate) fn alone(thread: Thread, cause: Cause, told: Option<i32>, begun: Moment) -> Self {
        Self::new(thread, Hand::Alone { at: Solo::Running }, cause, told, begun)
    }

    /// How far it is.
    pub(crate) fn at(&self) -> At {
        self.hand.at()
    }

    /// Whether it is in this thread's hands.
    pub(crate) fn is_by(&self, thread: Thread) -> bool {
        self.by == thread
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
            Cause::Signal(signal) | Cause::SharedSignal(signal) => Some(signal),
            Cause::Exit | Cause::Panic | Cause::Unloading => None,
        }
    }

    /// Why the process exits, as handlers see it.
    pub(crate) fn reason(&self) -> Reason {
        let (is_in_c, owed) = match self.hand {
            Hand::InC { owed, .. } => (true, owed),
            Hand::Called { .. } | Hand::Alone { .. } => (false, None),
        };
        let told_by_c = self.told_by_c.filter(|_| C::tells_status());
        match (owed.or(told_by_c).or(self.told), self.cause) {
            (Some(code), _) => Reason::Exit(Some(code)),
            (None, Cause::Exit) => Reason::Exit(None),
            // A handler has called C's `exit`.
            (None, Cause::Signal(_)) if is_in_c => Reason::Exit(None),
            (None, Cause::Signal(signal) | Cause::SharedSignal(signal)) => Reason::Signal(signal),
            (None, Cause::Panic) => Reason::Panic,
            (None, Cause::Unloading) => Reason::Unload,
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether the deadline counts: until everything has run, in other copies of this crate, too.
    pub(crate) fn is_under_deadline(&self) -> bool {
        self.is_left_to_other_copies() || !self.at().is_late()
    }

    pub(crate) fn is_left_to_other_copies(&self) -> bool {
        matches!(self.cause, Cause::SharedSignal(_))
    }

    /// What `this` does at a slot; `unloading` is the thread that unloads the library that this code is part of.
    pub(crate) fn arrival(&self, this: Thread, unloading: Option<Thread>) -> Arrival {
        if self.is_by(this) || self.is_unloading() {
            return Arrival::Turn;
        }
        match self.hand {
            _ if unloading == Some(this) => Arrival::Beside,
            Hand::Called { .. } => Arrival::Turn,
            Hand::InC { .. } | Hand::Alone { .. } => Arrival::Wait,
        }
    }

    /// Whether a thread that has panicked may run what is left: whenever no other is running handlers.
    pub(crate) fn may_panic_run(&self, this: Thread) -> bool {
        self.is_by(this) || self.is_unloading() || matches!(self.at(), At::BetweenSlots | At::Over)
    }

    /// What `this` does when it calls `exit`.
    pub(crate) fn call_by(exit: Option<&Self>, this: Thread) -> Call {
        let Some(exit) = exit else { return Call::First };
        match exit.hand {
            _ if exit.is_by(this) => Call::Again,
            // The process exits only now.
            _ if exit.is_unloading() => Call::First,
            // It may exit in another way. Also if a thread has come to a slot since: that may be waiting, in another
            // copy, for the handler that calls `exit` here.
            _ if exit.is_left_to_other_copies() => Call::First,
            Hand::Called { .. } => Call::OtherFirst,
            Hand::InC { .. } | Hand::Alone { .. } => Call::Elsewhere,
        }
    }

    /// What `this` does when it has called `std::process::exit`, where the C runtime has no part in it.
    #[cfg_attr(any(miri, not(windows)), allow(dead_code, reason = "elsewhere it comes to our slots"))]
    #[inline]
    pub(crate) fn leaving_by(exit: Option<&Self>, this: Thread) -> Leaving {
        match (Self::call_by(exit, this), exit.map(Self::at)) {
            (Call::Again, Some(At::Over | At::Ending)) => Leaving::End,
            (Call::First | Call::Again, _) => Leaving::Exit,
            (Call::OtherFirst | Call::Elsewhere, Some(At::Ending)) => Leaving::WaitInTime,
            (Call::OtherFirst | Call::Elsewhere, _) => Leaving::Wait,
        }
    }

    /// How the process ends when the thread that exits calls `exit` once more. Before that, everything has to run, but
    /// not what the slots below have if C's `exit` comes to them.
    pub(crate) fn way(&self, can_call: bool, can_repeat: bool) -> Way {
        match self.hand {
            Hand::Alone { .. } if can_call => Way::CallOrHandOver,
            Hand::Called { .. } if can_repeat => Way::Repeat(None),
            Hand::InC { at, .. } if can_repeat => Way::Repeat(match at {
                At::Slot(down_to) => Some(down_to),
                At::LateSlot => Some(DownTo::Oldest),
                At::BetweenSlots | At::Over | At::Ending => None,
            }),
            Hand::Called { .. } | Hand::InC { .. } | Hand::Alone { .. } => Way::WithoutC,
        }
    }

    /// `this` has reached a slot, and waits.
    pub(crate) fn park(&mut self, this: Thread) {
        self.parked.push(this);
    }

    /// Whether another thread waits at a slot.
    pub(crate) fn has_parked(&self, this: Thread) -> bool {
        self.parked.iter().any(|&thread| thread != this)
    }

    /// A thread has panicked, and waits until it may run what is left.
    pub(crate) fn add_waiting_panic(&mut self) {
        self.panics += 1;
    }

    /// Whether a panic is going to end the process: then no thread goes back to the C runtime.
    pub(crate) fn is_left_to_panic(&self) -> bool {
        self.panics > 0 || self.is_by_panic()
    }

    /// Whether `this` has reached a slot before, and carries out the exit since then. Not if it panics: if the C
    /// runtime calls a slot all the same, a handler has called C's `exit`.
    pub(crate) fn is_carried_out_by(&self, this: Thread) -> bool {
        self.is_by(this) && matches!(self.hand, Hand::InC { .. }) && !self.is_by_panic()
    }

    /// `this` has reached a slot, and carries out the exit from here on.
    pub(crate) fn take_from_there(&mut self, this: Thread, unloading: Option<Thread>) {
        let owed = match self.hand {
            Hand::Called { code, .. } => code.filter(|_| self.by != this),
            // From a thread that unloads.
            Hand::InC { owed, .. } => owed,
            // A handler that this thread runs has called C's `exit`.
            Hand::Alone { .. } => None,
        };
        if self.is_by_panic() && self.is_by(this) {
            // The handler exits, and so nothing aborts.
            self.cause = Cause::Exit;
        }
        self.hand = Hand::InC { at: self.at().left(), owed };
        self.by = this;
        self.parked.retain(|&thread| thread != this);
        if self.is_unloading() && unloading != Some(this) {
            self.cause = Cause::Exit;
        }
    }

    /// The C runtime has called a slot, and told the status. Where other copies of this crate end the process, that may
    /// be the status of `main`, which has returned while they do.
    pub(crate) fn learn_code(&mut self, code: i32) {
        if !self.is_left_to_other_copies() {
            self.told_by_c = Some(code);
        }
    }

    /// The thread in whose hands the exit is calls `exit` in a handler. What is left runs before that is carried out,
    /// and sees the status already.
    pub(crate) fn learn_code_of_handler(&mut self, code: i32) {
        self.learn_code_of_caller(Some(code));
        if let Hand::InC { owed, .. } = &mut self.hand {
            *owed = None;
        }
    }

    /// What C has told before is over.
    fn learn_code_of_caller(&mut self, code: Option<i32>) {
        self.told = code;
        self.told_by_c = None;
    }

    /// The thread that carries out the exit runs what was registered since the slot was taken.
    pub(crate) fn begin_turn(&mut self, down_to: DownTo) {
        if let Hand::InC { at, .. } = &mut self.hand {
            *at = at.turn(down_to);
        }
    }

    /// Begins the turn of a thread that has come to a slot before, and that C has brought to another one: which runs
    /// what `reach` says. `None`, if this is another thread.
    #[inline]
    pub(crate) fn begin_usual_turn(
        &mut self,
        this: Thread,
        code: Option<i32>,
        reach: impl FnOnce() -> Option<DownTo>,
    ) -> Option<DownTo> {
        match &mut self.hand {
            Hand::InC { at: at @ At::BetweenSlots, .. } if self.by == this => {
                let down_to = reach()?;
                *at = At::Slot(down_to);
                self.told_by_c = code;
                Some(down_to)
            }
            _ => None,
        }
    }

    /// `this` has run what its slot has. Says whether nothing else is to be done before it goes back to the C runtime:
    /// no other thread wants a status, and no panic ends the process.
    #[inline]
    pub(crate) fn ends_usual_turn(&mut self, this: Thread) -> bool {
        match &mut self.hand {
            Hand::InC { at: at @ At::Slot(_), owed: None }
                if self.by == this && self.cause == Cause::Exit && self.panics == 0 =>
            {
                *at = At::BetweenSlots;
                true
            }
            _ => false,
        }
    }

    /// The same, whatever else is to be done.
    pub(crate) fn end_turn(&mut self, this: Thread) {
        match &mut self.hand {
            Hand::InC { at, .. } if self.by == this => *at = at.left(),
            Hand::Called { .. } | Hand::InC { .. } | Hand::Alone { .. } => {}
        }
    }

    /// A panic that will abort takes over: nothing but that ends the process now.
    pub(crate) fn take_over_for_panic(&mut self, this: Thread) {
        self.panics -= 1;
        let hand = match self.hand {
            // What has panicked was called by C's `exit`. Should a handler exit, that can't be called as if it were the
            // first time.
            Hand::Called { .. } | Hand::InC { .. } if self.is_by(this) && !self.is_unloading() => {
                Hand::InC { at: self.at().turn(DownTo::Oldest), owed: None }
            }
            Hand::Called { .. } | Hand::InC { .. } | Hand::Alone { .. } => self.alone_from_here(),
        };
        self.take_over(this, hand, Cause::Panic, None);
    }

    /// `this` takes over, and runs everything without the C runtime: with this status, if it has called `exit`.
    pub(crate) fn take_over_alone(&mut self, this: Thread, cause: Cause, told: Option<i32>) {
        self.take_over(this, self.alone_from_here(), cause, told);
    }

    /// As it is for a thread that runs what is left, without the C runtime.
    fn alone_from_here(&self) -> Hand {
        Hand::Alone { at: Solo::running_after(self.at()) }
    }

    fn take_over(&mut self, this: Thread, hand: Hand, cause: Cause, told: Option<i32>) {
        self.hand = hand;
        self.by = this;
        self.parked.retain(|&thread| thread != this);
        self.cause = cause;
        self.learn_code_of_caller(told);
    }

    /// `this` runs everything that is left, whatever slots are to come.
    pub(crate) fn begin_everything(&mut self, this: Thread) {
        if !self.is_by(this) {
            return;
        }
        self.hand = match self.hand {
            Hand::Alone { .. } => Hand::Alone { at: Solo::running_after(self.at()) },
            // It has called C's `exit` before, and is in it.
            Hand::Called { .. } => Hand::InC { at: self.at().turn(DownTo::Oldest), owed: None },
            Hand::InC { at, owed } => Hand::InC { at: at.turn(DownTo::Oldest), owed },
        };
    }

    /// `this` has run everything.
    pub(crate) fn everything_has_run(&mut self, this: Thread, then: Then) {
        if !self.is_by(this) {
            return;
        }
        match &mut self.hand {
            Hand::Alone { at } => *at = Solo::Done,
            Hand::InC { at, .. } => *at = if then == Then::BackToC { At::Over } else { At::Ending },
            Hand::Called { is_late, .. } => *is_late = true,
        }
    }

    /// Whether another thread runs handlers: the library that we are in may not be unloaded.
    pub(crate) fn is_running_beside(&self, this: Thread) -> bool {
        !self.is_by(this) && self.at().is_running()
    }

    /// Whether `this` runs handlers, and not all have run before.
    pub(crate) fn is_at_slot(&self, this: Thread) -> bool {
        self.is_by(this) && matches!(self.at(), At::Slot(_))
    }

    /// `this` calls C's `exit` with this status. Where it hasn't done so before, whoever comes to a slot first carries
    /// out the exit.
    pub(crate) fn note_call(&mut self, this: Thread, code: i32) {
        if matches!(self.cause, Cause::Unloading | Cause::Panic) {
            self.cause = Cause::Exit;
        }
        self.learn_code_of_caller(Some(code));
        self.hand = match self.hand {
            Hand::InC { at, .. } if self.by == this => Hand::InC { at, owed: None },
            Hand::Called { .. } | Hand::InC { .. } | Hand::Alone { .. } => {
                Hand::Called { code: Some(code), is_late: self.at().is_late() }
            }
        };
        self.by = this;
    }

    /// The thread has run everything that a signal runs. Other copies of this crate end the process, by the signal or
    /// by an exit.
    #[cfg_attr(not(all(unix, feature = "signals")), allow(dead_code, reason = "no signal runs anything"))]
    pub(crate) fn leave_to_other_copies(&mut self) {
        if let Cause::Signal(signal) = self.cause {
            self.cause = Cause::SharedSignal(signal);
            self.hand = Hand::Called { code: None, is_late: true };
        }
    }

    /// The status that `this` has to pass to C when it leaves a slot, since another thread has called `exit` with it.
    pub(crate) fn take_owed_code(&mut self, this: Thread) -> Option<i32> {
        match &mut self.hand {
            Hand::InC { owed, .. } if self.by == this => owed.take(),
            // It unloads a library while another thread exits.
            Hand::Called { .. } | Hand::InC { .. } | Hand::Alone { .. } => None,
        }
    }

    /// In the child of a fork nobody else waits, and the exit is in the hands of `this`. Says whether another thread
    /// may have been in C's `exit`.
    pub(crate) fn continue_in_child(&mut self, this: Thread) -> bool {
        self.parked.clear();
        self.panics = 0;
        self.by = this;
        self.is_alone()
    }

    /// Whether the thread has not called C's `exit`, nor Rust's.
    pub(crate) fn is_alone(&self) -> bool {
        matches!(self.hand, Hand::Alone { .. })
    }

    /// Gives memory back that isn't needed for what is there.
    pub(crate) fn release_memory(&mut self) {
        self.parked.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests;
