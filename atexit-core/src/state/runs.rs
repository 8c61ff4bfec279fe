//! Who is running which handler. Plain data.
//!
//! A *run* is one call of ours that runs handlers on one thread: of `run`, of a guard's `drop`, of what is done at a
//! slot. A handler may begin another run on its own thread; then that one is the innermost. Runs are numbered, so
//! that the exit can wait for those that are going on at one moment and not for later ones: else threads that begin
//! runs in a loop would keep the process from exiting.
//!
//! A handler may also be *lent* to a fresh thread, by `on_thread`, while the thread that runs it waits. What that
//! thread does counts as done by the one that waits.

use std::time::Instant;

use crate::handler::Description;
use crate::system_vec::SystemVec;
use crate::thread::Thread;

/// The runs that are going on.
pub(crate) struct Runs {
    /// Of one thread, the innermost last.
    list: SystemVec<Run>,
    loans: SystemVec<Loan>,
    next: Number,
    handlers_begun: u64,
}

/// Numbers runs in the order in which they begin.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Number(u64);

struct Run {
    number: Number,
    thread: Thread,
    handler: Option<Running>,
}

/// A handler that is running.
#[derive(Clone, Copy)]
pub(crate) struct Running {
    pub(crate) handler: Description,
    /// When it began, where a deadline makes that matter.
    pub(crate) begun: Option<Instant>,
}

/// A handler that runs on a thread of its own.
struct Loan {
    number: Number,
    /// The thread that waits.
    lender: Thread,
    /// The thread that the handler runs on, once it does.
    borrower: Option<Thread>,
    /// The status that the handler wants the process to exit with.
    exit: Option<i32>,
}

impl Runs {
    pub(crate) const fn new() -> Self {
        Self { list: SystemVec::new(), loans: SystemVec::new(), next: Number(0), handlers_begun: 0 }
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

    pub(crate) fn begin(&mut self, thread: Thread) {
        let number = self.number();
        self.list.push(Run { number, thread, handler: None });
    }

    /// The innermost run of the thread is in this handler now.
    pub(crate) fn enter(&mut self, thread: Thread, handler: Running) {
        self.handlers_begun += 1;
        if let Some(run) = self.list.iter_mut().rfind(|run| run.thread == thread) {
            run.handler = Some(handler);
        }
    }

    /// The innermost run of the thread is over.
    pub(crate) fn end(&mut self, thread: Thread) {
        if self.list.pop_if(|last| last.thread == thread).is_none() {
            let innermost = self.list.iter().rposition(|run| run.thread == thread);
            innermost.map(|innermost| self.list.remove(innermost));
        }
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
        self.list.retain(|run| run.thread != thread);
        self.list.len() < before
    }

    /// Whether no thread runs handlers.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In the child of a fork there is only the thread that forked.
    pub(crate) fn forget_other_threads(&mut self, this: Thread) {
        self.list.retain(|run| run.thread == this);
        self.loans.clear();
    }

    /// How many runs the thread is in, each but the first in a handler of the one before.
    #[cold]
    pub(crate) fn depth(&self, thread: Thread) -> usize {
        self.list.iter().filter(|run| run.thread == thread).count()
    }

    /// How many handlers have begun so far. While this doesn't change, no handler gives way to the next.
    pub(crate) fn handlers_begun(&self) -> u64 {
        self.handlers_begun
    }

    /// Whether a thread other than these is in a run that began before the mark.
    pub(crate) fn has_others_before(&self, mark: Number, these: &[Thread]) -> bool {
        self.list.iter().any(|run| run.number < mark && !these.contains(&run.thread))
    }

    /// The handlers that are running, on whatever thread.
    pub(crate) fn running(&self) -> impl Iterator<Item = Running> {
        self.list.iter().filter_map(|run| run.handler)
    }

    /// The handler that this thread is in is about to run on a thread of its own.
    pub(crate) fn lend(&mut self, lender: Thread) -> Number {
        let number = self.number();
        self.loans.push(Loan { number, lender, borrower: None, exit: None });
        number
    }

    /// The handler runs on this thread now.
    pub(crate) fn borrow(&mut self, loan: Number, borrower: Thread) {
        if let Some(loan) = self.loans.iter_mut().find(|other| other.number == loan) {
            loan.borrower = Some(borrower);
        }
    }

    /// The handler has returned.
    pub(crate) fn give_back(&mut self, loan: Number) {
        self.loans.retain(|other| other.number != loan);
    }

    /// Whether the handler has not yet returned.
    pub(crate) fn is_lent(&self, loan: Number) -> bool {
        self.loans.iter().any(|other| other.number == loan)
    }

    /// The thread for which this one runs a handler: itself, unless it has borrowed one.
    pub(crate) fn principal(&self, mut thread: Thread) -> Thread {
        // The lender may have borrowed what it lends.
        while let Some(loan) = self.loans.iter().find(|loan| loan.borrower == Some(thread)) {
            thread = loan.lender;
        }
        thread
    }

    /// A handler that the thread has borrowed calls `exit`. Says whether it has: then the lender exits in its place.
    pub(crate) fn ask_lender_to_exit(&mut self, thread: Thread, code: i32) -> bool {
        let loan = self.loans.iter_mut().find(|loan| loan.borrower == Some(thread));
        loan.map(|loan| loan.exit = Some(code)).is_some()
    }

    /// The status with which the handler that was lent wants the process to exit.
    pub(crate) fn exit_asked_for(&self, loan: Number) -> Option<i32> {
        self.loans.iter().find(|other| other.number == loan)?.exit
    }

    /// Gives memory back that isn't needed for what is there.
    pub(crate) fn release_memory(&mut self) {
        self.list.shrink_to_fit();
        self.loans.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handler::Entry;

    fn threads() -> [Thread; 3] {
        [1, 2, 3].map(Thread::numbered)
    }

    #[test]
    fn only_runs_that_were_going_on_at_the_mark_are_waited_for() {
        let [this, other, third] = threads();
        let mut runs = Runs::new();
        runs.begin(this);
        runs.begin(other);
        let mark = runs.mark();
        assert!(runs.has_others_before(mark, &[this]));
        assert!(!runs.has_others_before(mark, &[this, other]));
        runs.begin(third);
        runs.end(other);
        assert!(!runs.has_others_before(mark, &[this]));
        assert!(runs.has_others_before(runs.mark(), &[this]));
    }

    #[test]
    fn runs_nest_on_a_thread_and_are_abandoned_together() {
        let [this, other, _] = threads();
        let mut runs = Runs::new();
        runs.begin(this);
        runs.begin(other);
        runs.begin(this);
        assert_eq!((runs.depth(this), runs.depth(other)), (2, 1));
        runs.end(this);
        assert_eq!(runs.depth(this), 1);
        runs.begin(this);
        runs.abandon(this);
        assert_eq!((runs.depth(this), runs.depth(other)), (0, 1));
        runs.forget_other_threads(this);
        assert_eq!(runs.depth(other), 0);
    }

    #[test]
    fn what_a_borrower_does_is_done_by_the_first_lender() {
        let [lender, borrower, nested] = threads();
        let mut runs = Runs::new();
        let loan = runs.lend(lender);
        assert_eq!(runs.principal(borrower), borrower);
        runs.borrow(loan, borrower);
        let nested_loan = runs.lend(borrower);
        runs.borrow(nested_loan, nested);
        assert_eq!(runs.principal(nested), lender);
        assert!(!runs.ask_lender_to_exit(lender, 3));
        assert!(runs.ask_lender_to_exit(nested, 4));
        assert_eq!((runs.exit_asked_for(nested_loan), runs.exit_asked_for(loan)), (Some(4), None));
        runs.give_back(nested_loan);
        assert!(!runs.is_lent(nested_loan) && runs.is_lent(loan));
        assert_eq!(runs.principal(nested), nested);
    }

    #[test]
    fn a_handler_that_gives_way_to_the_next_is_progress() {
        let [this, ..] = threads();
        let handler = Entry::new(|| (), (), std::panic::Location::caller()).description();
        let running = Running { handler, begun: None };
        let mut runs = Runs::new();
        runs.begin(this);
        assert_eq!((runs.handlers_begun(), runs.running().count()), (0, 0));
        runs.enter(this, running);
        runs.enter(this, running);
        assert_eq!((runs.handlers_begun(), runs.running().count()), (2, 1));
        runs.end(this);
        assert_eq!((runs.handlers_begun(), runs.running().count()), (2, 0));
        assert!(runs.is_empty() && !runs.abandon(this));
    }
}
