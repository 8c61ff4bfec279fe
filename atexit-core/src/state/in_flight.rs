//! Who is running which handler. Plain data.
//!
//! A *run* is one call of ours that runs handlers on one thread: of `run`, of a guard's `drop`, of what is done at a
//! slot. A handler may begin another run on its own thread; then that one is the innermost. Runs are numbered, so
//! that the exit can wait for those that are going on at one moment and not for later ones: else threads that begin
//! runs in a loop would keep the process from exiting.
//!
//! A handler may also run on a thread of its own, by `on_thread`: its *delegate*, which *acts for* the thread that
//! waits for it. What a delegate does counts as done by that thread, from the handler's beginning until the delegate's
//! thread-locals are destroyed.

use std::mem;

use crate::handler::Description;
use crate::platform::{Moment, SystemVec, Thread};

/// The runs that are going on.
pub(crate) struct InFlight {
    /// Of one thread, the innermost last.
    list: SystemVec<Run>,
    delegations: SystemVec<Delegation>,
    /// In the child of a fork, the delegate that forked, and that nobody waits for.
    orphan: Option<Thread>,
    next: Number,
}

/// Numbers runs, in the order in which they begin, further handlers and delegations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Number(u64);

struct Run {
    number: Number,
    thread: Thread,
    handler: Running,
}

/// A handler that is running.
#[derive(Clone, Copy)]
pub(crate) struct Running {
    pub(crate) handler: Description,
    /// When it began, where a deadline makes that matter.
    pub(crate) begun: Option<Moment>,
}

/// A handler that runs on a thread of its own.
struct Delegation {
    number: Number,
    /// The thread that waits for it.
    by: Thread,
    stage: Stage,
    /// The status that the handler, or a destructor of a thread-local, wants the process to exit with.
    exit: Option<i32>,
}

/// How far the delegate is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// It was started, and has not come to the handler yet.
    Starting,
    /// It didn't come in time, and the handler runs without it. It may still come.
    Missing,
    /// It runs the handler.
    Running(Thread),
    /// The handler has returned, and thread-locals are being destroyed.
    Leaving(Thread),
    /// There is nothing more to wait for.
    Gone,
}

impl Stage {
    fn delegate(self) -> Option<Thread> {
        match self {
            Self::Running(delegate) | Self::Leaving(delegate) => Some(delegate),
            Self::Starting | Self::Missing | Self::Gone => None,
        }
    }
}

impl InFlight {
    pub(crate) const fn new() -> Self {
        Self { list: SystemVec::new(), delegations: SystemVec::new(), orphan: None, next: Number(0) }
    }

    /// The number of the next run: all that are going on now have lower ones.
    pub(crate) fn mark(&self) -> Number {
        self.next
    }

    fn number(&mut self) -> Number {
        let number = self.next;
        self.next.0 += 1;
        number
    }

    /// The thread begins a run with this handler.
    #[inline]
    pub(crate) fn begin(&mut self, thread: Thread, handler: Running) {
        let number = self.number();
        self.list.push(Run { number, thread, handler });
    }

    /// The innermost run of the thread is in this handler now.
    pub(crate) fn go_on_with(&mut self, thread: Thread, handler: Running) {
        self.number();
        if let Some(run) = self.list.iter_mut().rfind(|run| run.thread == thread) {
            run.handler = handler;
        }
    }

    /// The innermost run of the thread is over.
    #[inline]
    pub(crate) fn end(&mut self, thread: Thread) {
        match self.list.last() {
            Some(last) if last.thread == thread => _ = self.list.pop(),
            _ => self.end_beneath(thread),
        }
    }

    /// The same, where another thread has begun one since.
    #[cold]
    #[inline(never)]
    fn end_beneath(&mut self, thread: Thread) {
        let innermost = self.list.iter().rposition(|run| run.thread == thread);
        innermost.map(|innermost| self.list.remove(innermost));
    }

    /// The thread never returns to the handlers that it is in, so nobody should wait for them. Says whether it is in
    /// any.
    #[inline]
    pub(crate) fn abandon(&mut self, thread: Thread) -> bool {
        !self.is_empty() && self.abandon_all(thread)
    }

    #[cold]
    fn abandon_all(&mut self, thread: Thread) -> bool {
        let before = self.list.len();
        self.retain(&mut |run| run.thread != thread);
        self.list.len() < before
    }

    #[inline(never)]
    fn retain(&mut self, is_kept: &mut dyn FnMut(&mut Run) -> bool) {
        self.list.retain_mut(is_kept);
    }

    /// Whether no thread runs handlers.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In the child of a fork there is only the thread that forked. If it is a delegate, it goes on in place of the
    /// thread that it acts for.
    pub(crate) fn forget_other_threads(&mut self, this: Thread) {
        let acts_for = self.acts_for(this);
        self.retain(&mut |run| mem::replace(&mut run.thread, this) == acts_for);
        self.delegations.clear();
        let is_orphan = acts_for != this || self.is_orphan(this);
        self.orphan = is_orphan.then_some(this);
    }

    /// Whether the thread is in a run that it has begun in a handler of another one. Only the trace asks.
    #[cold]
    pub(crate) fn is_nested(&self, thread: Thread) -> bool {
        self.list.iter().filter(|run| run.thread == thread).nth(1).is_some()
    }

    /// Grows with each handler that begins. While it doesn't change, no handler gives way to the next.
    pub(crate) fn handlers_begun(&self) -> u64 {
        self.next.0
    }

    /// Whether another run is going on beside the one of a thread that exits, which has abandoned all others of its
    /// own.
    pub(crate) fn has_others(&self) -> bool {
        self.list.len() > 1
    }

    /// Whether a thread other than these is in a run that began before the mark.
    pub(crate) fn has_others_before(&self, mark: Number, these: &[Thread]) -> bool {
        self.list.iter().any(|run| run.number < mark && !these.contains(&run.thread))
    }

    /// The handler that the thread is in, or the innermost of those.
    pub(crate) fn innermost(&self, thread: Thread) -> Option<Running> {
        let thread = self.acts_for(thread);
        self.list.iter().rfind(|run| run.thread == thread).map(|run| run.handler)
    }

    /// The handlers that are running, on whatever thread.
    pub(crate) fn running(&self) -> impl Iterator<Item = Running> {
        self.list.iter().map(|run| run.handler)
    }

    /// The handler that this thread is in is about to run on a thread of its own.
    pub(crate) fn begin_delegation(&mut self, by: Thread) -> Number {
        let number = self.number();
        self.delegations.push(Delegation { number, by, stage: Stage::Starting, exit: None });
        number
    }

    fn delegation(&mut self, number: Number) -> Option<&mut Delegation> {
        self.delegations.iter_mut().find(|delegation| delegation.number == number)
    }

    /// How far the delegate is.
    pub(crate) fn stage(&self, number: Number) -> Stage {
        let delegation = self.delegations.iter().find(|delegation| delegation.number == number);
        delegation.map_or(Stage::Gone, |delegation| delegation.stage)
    }

    /// The delegate has come to the handler. Says whether it is to run it.
    pub(crate) fn arrive(&mut self, number: Number, delegate: Thread) -> bool {
        let is_expected = self.stage(number) == Stage::Starting;
        if !is_expected {
            self.end_delegation(number);
        } else if let Some(delegation) = self.delegation(number) {
            delegation.stage = Stage::Running(delegate);
        }
        is_expected
    }

    /// The handler runs without the delegate, unless that has just come. Says whether it does.
    pub(crate) fn do_without(&mut self, number: Number) -> bool {
        let delegation = self.delegation(number).filter(|delegation| delegation.stage == Stage::Starting);
        delegation.map(|delegation| delegation.stage = Stage::Missing).is_some()
    }

    /// Whether a delegate didn't come in time and still hasn't: then further ones won't come either.
    pub(crate) fn has_missing_delegates(&self) -> bool {
        self.delegations.iter().any(|delegation| delegation.stage == Stage::Missing)
    }

    /// Whether the thread is a delegate that has forked this process: it has nobody to go back to.
    pub(crate) fn is_orphan(&self, thread: Thread) -> bool {
        self.orphan == Some(thread)
    }

    /// The handler has returned.
    pub(crate) fn leave(&mut self, number: Number) {
        if let Some(delegation) = self.delegation(number) {
            delegation.stage = delegation.stage.delegate().map_or(Stage::Gone, Stage::Leaving);
        }
    }

    /// The delegate's thread-locals are destroyed, or it is not waited for any longer.
    pub(crate) fn end_delegation(&mut self, number: Number) {
        self.delegations.retain(|other| other.number != number);
    }

    /// The same, of the delegation whose delegate the thread is.
    pub(crate) fn end_delegation_of(&mut self, delegate: Thread) {
        self.delegations.retain(|delegation| delegation.stage.delegate() != Some(delegate));
    }

    /// The thread for which this one runs a handler: itself, unless it is a delegate.
    #[inline(never)]
    pub(crate) fn acts_for(&self, mut thread: Thread) -> Thread {
        // A delegate may have one itself.
        while let Some(delegation) =
            self.delegations.iter().find(|delegation| delegation.stage.delegate() == Some(thread))
        {
            thread = delegation.by;
        }
        thread
    }

    /// A delegate calls `exit`. Says whether it is one: then the thread that waits for it exits in its place.
    pub(crate) fn ask_to_exit(&mut self, thread: Thread, code: i32) -> bool {
        let delegation = self.delegations.iter_mut().find(|delegation| delegation.stage.delegate() == Some(thread));
        delegation.map(|delegation| delegation.exit = Some(code)).is_some()
    }

    /// The status with which the delegate wants the process to exit.
    pub(crate) fn exit_asked_for(&self, number: Number) -> Option<i32> {
        self.delegations.iter().find(|other| other.number == number)?.exit
    }

    /// Gives memory back that isn't needed for what is there.
    pub(crate) fn release_memory(&mut self) {
        self.list.shrink_to_fit();
        self.delegations.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handler::Entry;

    fn running() -> Running {
        let handler = Entry::new(|| (), (), std::panic::Location::caller()).description();
        Running { handler, begun: None }
    }

    fn threads() -> [Thread; 3] {
        [1, 2, 3].map(Thread::numbered)
    }

    /// How many runs the thread is in.
    fn depth(runs: &InFlight, thread: Thread) -> usize {
        runs.list.iter().filter(|run| run.thread == thread).count()
    }

    #[test]
    fn only_runs_that_were_going_on_at_the_mark_are_waited_for() {
        let [this, other, third] = threads();
        let mut runs = InFlight::new();
        runs.begin(this, running());
        runs.begin(other, running());
        let mark = runs.mark();
        assert!(runs.has_others_before(mark, &[this]));
        assert!(!runs.has_others_before(mark, &[this, other]));
        runs.begin(third, running());
        runs.end(other);
        assert!(!runs.has_others_before(mark, &[this]));
        assert!(runs.has_others_before(runs.mark(), &[this]));
    }

    #[test]
    fn runs_nest_on_a_thread_and_are_abandoned_together() {
        let [this, other, _] = threads();
        let mut runs = InFlight::new();
        runs.begin(this, running());
        runs.begin(other, running());
        runs.begin(this, running());
        assert_eq!((depth(&runs, this), depth(&runs, other)), (2, 1));
        assert_eq!((runs.is_nested(this), runs.is_nested(other)), (true, false));
        runs.end(this);
        assert_eq!(depth(&runs, this), 1);
        runs.begin(this, running());
        runs.abandon(this);
        assert_eq!((depth(&runs, this), depth(&runs, other)), (0, 1));
        runs.forget_other_threads(this);
        assert_eq!(depth(&runs, other), 0);
    }

    #[test]
    fn what_a_delegate_does_is_done_by_the_thread_that_waits_until_its_thread_locals_are_destroyed() {
        let [first, delegate, nested] = threads();
        let mut runs = InFlight::new();
        let number = runs.begin_delegation(first);
        assert_eq!((runs.stage(number), runs.acts_for(delegate)), (Stage::Starting, delegate));
        assert!(runs.arrive(number, delegate));
        let nested_number = runs.begin_delegation(delegate);
        assert!(runs.arrive(nested_number, nested));
        assert_eq!(runs.acts_for(nested), first);
        assert!(!runs.ask_to_exit(first, 3));
        runs.leave(nested_number);
        assert_eq!((runs.stage(nested_number), runs.acts_for(nested)), (Stage::Leaving(nested), first));
        assert!(runs.ask_to_exit(nested, 4));
        assert_eq!((runs.exit_asked_for(nested_number), runs.exit_asked_for(number)), (Some(4), None));
        runs.end_delegation(nested_number);
        assert_eq!((runs.stage(nested_number), runs.acts_for(nested)), (Stage::Gone, nested));
        assert_eq!(runs.stage(number), Stage::Running(delegate));
    }

    #[test]
    fn a_delegate_that_comes_too_late_finds_nothing_to_do() {
        let [this, delegate, other] = threads();
        let mut runs = InFlight::new();
        let (late, in_time) = (runs.begin_delegation(this), runs.begin_delegation(this));
        assert!(runs.arrive(in_time, other) && !runs.do_without(in_time) && !runs.has_missing_delegates());
        assert!(runs.do_without(late) && runs.has_missing_delegates());
        assert!(!runs.arrive(late, delegate) && !runs.has_missing_delegates());
        assert_eq!((runs.acts_for(delegate), runs.acts_for(other)), (delegate, this));
    }

    #[test]
    fn in_the_child_of_a_fork_a_delegate_takes_the_place_of_the_thread_that_it_acts_for() {
        let [first, delegate, other] = threads();
        let mut runs = InFlight::new();
        runs.begin(other, running());
        runs.begin(first, running());
        let number = runs.begin_delegation(first);
        assert!(runs.arrive(number, delegate));
        runs.begin(first, running());
        runs.forget_other_threads(delegate);
        assert_eq!([first, delegate, other].map(|thread| depth(&runs, thread)), [0, 2, 0]);
        assert!(runs.is_orphan(delegate) && !runs.is_orphan(first));
        // It forks again, and so does a thread that it has started.
        runs.forget_other_threads(delegate);
        assert!(runs.is_orphan(delegate));
        runs.forget_other_threads(other);
        assert!(!runs.is_orphan(delegate) && !runs.is_orphan(other));
    }

    #[test]
    fn a_handler_that_gives_way_to_the_next_is_progress() {
        let [this, ..] = threads();
        let mut runs = InFlight::new();
        assert_eq!((runs.handlers_begun(), runs.running().count()), (0, 0));
        runs.begin(this, running());
        runs.go_on_with(this, running());
        assert_eq!((runs.handlers_begun(), runs.running().count()), (2, 1));
        runs.end(this);
        assert_eq!((runs.handlers_begun(), runs.running().count()), (2, 0));
        assert!(runs.is_empty() && !runs.abandon(this));
    }
}
