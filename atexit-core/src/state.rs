//! The one process-wide state, and the lock around it: what is pending, who is running which handler, how far the
//! exit is.
//!
//! # Locks
//!
//! Two locks, and no code of the user's under them: handlers are taken out under the lock, and called and
//! dropped outside of it. The program's allocator is code of the user's, too: so what is under a lock has its memory
//! from the system, in a `SystemVec`. In the order in which they are locked:
//!
//! 1. *installing*, held while signals are being installed. One exception: starting the thread that waits for them
//!    calls the program's allocator, which therefore must not install signals.
//! 2. *state*, held for a few instructions of ours, or of the C runtime's `atexit`.
//!
//! The child of a `fork` finds them free, and what they protect whole or new; see `platform/lock.rs`.
//!
//! The state stays locked while the C runtime is asked for a slot, which keeps the slots in the order of their marks.
//! But where the C runtime makes threads that ask wait until the exit is over, the exiting thread would wait for them:
//! there the state is not locked meanwhile, and says that a thread *is asking C*. It says so, too, while the base is
//! taken. See [`wait_for_asking`].

mod backlog;
mod deadline;
mod in_flight;
mod progress;
mod reason;
mod route;
mod totals;

use std::ffi::c_int;
use std::sync::atomic::AtomicU16;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use backlog::Backlog;
pub(crate) use deadline::{Deadline, Watchdog, WatchdogFunctions};
pub(crate) use in_flight::{InFlight, Number, Running, Stage};
pub(crate) use progress::{Arrival, At, Call, Cause, Exit, Leaving, Then, Way};
pub use reason::Reason;
#[cfg(all(any(unix, windows), feature = "signals"))]
pub(crate) use reason::write_signal;
pub(crate) use reason::{Told, WriteSignal};
pub(crate) use route::Route;
use route::SlotsFrom;
pub(crate) use totals::Totals;

use crate::handler::{self, Entry, FailureHook};
use crate::pending::{DownTo, Pending};
use crate::platform::{C, CRuntime, Guard, Lock, Loss, Moment, Pauses, Shared, Thread, bounds};

/// What the state lock protects.
pub(crate) struct State {
    pub(crate) pending: Pending,
    pub(crate) in_flight: InFlight,
    /// The exit, once it has begun.
    pub(crate) exit: Option<Exit>,
    pub(crate) backlog: Backlog,
    pub(crate) deadline: Deadline,
    pub(crate) totals: Totals,
    /// What is called with each failure. Nothing but its reference count is touched under the lock.
    pub(crate) failure_hook: Option<Arc<dyn FailureHook>>,
    /// What writes signals, with their names. Known here only once one ends the process, so that these are not part of
    /// programs that install none.
    pub(crate) write_signal: Option<WriteSignal>,
    /// What waits on a thread that would go back to the C runtime while a panic ends the process. Known here only once
    /// one does, so that the code is not part of programs that unwind.
    pub(crate) wait_for_panic: Option<fn(Locked, Thread) -> Locked>,
    /// The thread that unloads the library that this code is part of.
    pub(crate) unloading: Option<Thread>,
    /// A thread was lost that may have been exiting, or may have been in C's list: this process was forked by another
    /// one meanwhile, or the system has ended all others. C's `exit`, and Rust's, may wait for that one forever.
    pub(crate) c_exit_may_hang: bool,
    /// A thread asks the C runtime for the base, or for a slot without this lock.
    pub(crate) is_asking_c: bool,
    /// How many threads are flushing the standard streams.
    pub(crate) flushing: usize,
    /// How many threads are waiting for a change. Notifying is not free even when nobody waits.
    waiting: usize,
}

/// The state, locked.
pub(crate) type Locked = Guard<State>;

static STATE: Lock<State> = Lock::new(State::new());

impl Shared for State {
    #[inline]
    fn place() -> &'static Lock<Self> {
        &STATE
    }

    #[cold]
    #[inline(never)]
    fn after_loss(loss: Loss) -> Self {
        static LOSSES: AtomicU16 = AtomicU16::new(0);

        let losses = LOSSES.fetch_add(1, Relaxed) + 1;
        // The thread may have been asking the C runtime for a slot, whose list then stays locked in a child.
        let mut state = Self { c_exit_may_hang: loss == Loss::Fork, ..Self::new() };
        state.pending.registered.begin_after_losses(losses);
        state
    }

    #[cold]
    #[inline]
    fn report_loss(loss: Loss) {
        handler::print(format_args!(
            "{}, which will not run",
            match loss {
                Loss::ProcessEnds => "a thread that was ended with the process had locked the handlers of a library",
                Loss::Fork => "a thread of the process that forked this one had locked the handlers",
            }
        ));
    }

    /// Takes in the annotated functions that constructors have linked.
    fn attend(&mut self) {
        self.pending.annotated.collect();
    }
}

/// Takes annotated functions in that constructors have linked, when the state is locked next.
#[inline]
pub(crate) fn collect_linked() {
    STATE.call_for_attention();
}

/// Told whenever something changes that a thread may be waiting for: who runs handlers, how far the exit is, the
/// deadline.
static CHANGED: Condvar = Condvar::new();

#[cold]
#[inline(never)]
extern "C" fn notify_all() {
    CHANGED.notify_all();
}

/// To be called before the state is locked for the first time: has what the standard library allocates at its first use
/// allocated while no lock is held, since the program's allocator may call us.
pub(crate) fn prepare() {
    if C::WAITING_ALLOCATES {
        notify_all();
    }
}

/// Locks the state.
#[inline(never)]
pub(crate) fn lock() -> Locked {
    lock_inline()
}

/// The same, in line, for where most of the time goes.
#[allow(clippy::inline_always, reason = "it isn't, otherwise, and a tenth of what a registration costs is this")]
#[inline(always)]
pub(crate) fn lock_inline() -> Locked {
    let mut state = STATE.lock();
    if C::has_ended_other_threads() && !state.c_exit_may_hang {
        state.forget_ended_threads();
    }
    state
}

/// Waits until something has changed. The caller asks again, and says what it waits for and why that comes.
#[cold]
#[inline(never)]
pub(crate) fn wait(mut state: Locked) -> Locked {
    state.waiting += 1;
    let mut state = state.wait(&CHANGED);
    state.waiting -= 1;
    state
}

/// The same, or that long.
#[inline]
pub(crate) fn wait_at_most(mut state: Locked, time: Duration) -> Locked {
    state.waiting += 1;
    let mut state = state.wait_at_most(&CHANGED, time);
    state.waiting -= 1;
    state
}

/// Waits until `is_done`, or about that long; says whether it is done.
pub(crate) fn wait_in_time(
    mut state: Locked,
    time: Duration,
    is_done: &mut dyn FnMut(&mut State) -> bool,
) -> (Locked, bool) {
    let mut pauses = Pauses::new(time);
    loop {
        if is_done(&mut state) {
            return (state, true);
        }
        drop(state);
        let has_paused = pauses.pause();
        state = lock();
        if !has_paused {
            return (state, false);
        }
    }
}

/// Waits until `is_done`, or until no handler has begun for about that long; says whether it is done.
pub(crate) fn wait_while_handlers_begin(
    mut state: Locked,
    time: Duration,
    is_done: &mut dyn FnMut(&mut State) -> bool,
) -> (Locked, bool) {
    loop {
        let begun = state.in_flight.handlers_begun();
        let mut is_over = |state: &mut State| is_done(state) || state.in_flight.handlers_begun() != begun;
        let is_over_in_time;
        (state, is_over_in_time) = wait_in_time(state, time, &mut is_over);
        if !is_over_in_time || is_done(&mut state) {
            return (state, is_over_in_time);
        }
    }
}

/// Waits until no thread is asking C; says whether none is. That one is in `atexit` or `pthread_atfork`, which return
/// after a few instructions under the C runtime's own locks. Where they wait until the exit is over, which this thread
/// may be carrying out, it doesn't wait for long.
pub(crate) fn wait_for_asking(mut state: Locked) -> (Locked, bool) {
    if C::LOCKS_LIST_WHILE_EXITING {
        return wait_while_handlers_begin(state, bounds::ASKING_C, &mut |state| !state.is_asking_c);
    }
    while state.is_asking_c {
        state = wait(state);
    }
    (state, true)
}

/// Calls `ask`, which asks the C runtime, while the state is not locked and says that this thread is asking C. No other
/// thread is.
pub(crate) fn while_asking_c<T>(state: Locked, ask: impl FnOnce() -> T) -> (Locked, T) {
    begin_asking_c(state);
    let answer = ask();
    (end_asking_c(), answer)
}

/// Unlocks the state, which says from then on that this thread is asking C. No other thread is.
#[inline]
pub(crate) fn begin_asking_c(mut state: Locked) {
    state.is_asking_c = true;
}

/// This thread has asked C.
#[inline]
pub(crate) fn end_asking_c() -> Locked {
    let mut state = lock();
    state.is_asking_c = false;
    state.changed();
    state
}

/// Waits for the handlers that other threads are running at this moment. It ends when they return: one that waits for a
/// pending handler never does, which is documented as the program's deadlock. When a panic that aborts runs the
/// handlers, it waits only as long as handlers begin: one may be waiting for the thread that has panicked.
#[inline]
pub(crate) fn wait_for_others(state: Locked, this: Thread) -> Locked {
    if state.in_flight.is_empty() { state } else { wait_for_runs(state, this) }
}

#[cold]
fn wait_for_runs(mut state: Locked, this: Thread) -> Locked {
    let mark = state.in_flight.mark();
    let mut is_done = |state: &mut State| !state.has_to_wait(this, mark);
    if state.is_by_panic() {
        return wait_while_handlers_begin(state, bounds::AFTER_PANIC, &mut is_done).0;
    }
    while !is_done(&mut state) {
        state = wait(state);
    }
    state
}

/// Waits for another thread to end the process: the one that exits, or the one that this one acts for. Whoever calls
/// this has let go of everything of ours before. (`std::thread::park` may panic once the thread's locals are gone.)
pub(crate) fn wait_forever() -> ! {
    static NOTHING: Mutex<()> = Mutex::new(());
    static NEVER: Condvar = Condvar::new();
    // Held only by threads on their way into the wait below. In the child of a fork it may stay locked, which does the
    // same.
    let mut nothing = NOTHING.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        nothing = NEVER.wait(nothing).unwrap_or_else(PoisonError::into_inner);
    }
}

impl State {
    const fn new() -> Self {
        Self {
            pending: Pending::new(),
            in_flight: InFlight::new(),
            exit: None,
            backlog: Backlog::new(),
            deadline: Deadline::new(),
            totals: Totals::new(),
            failure_hook: None,
            write_signal: None,
            wait_for_panic: None,
            unloading: None,
            c_exit_may_hang: false,
            is_asking_c: false,
            flushing: 0,
            waiting: 0,
        }
    }

    /// The system has ended all other threads, and only a library's part of the exit is left.
    #[cold]
    fn forget_ended_threads(&mut self) {
        self.forget_other_threads();
        self.c_exit_may_hang = true;
        self.unloading = Some(Thread::current());
    }

    /// Whether a thread that is started now can run, and end, before this one goes back to the C runtime.
    pub(crate) fn can_start_threads(&self) -> bool {
        !(C::LIBRARIES_HAVE_LISTS && self.unloading.is_some())
    }

    /// The thread as which this one counts: it may be running a handler for another one.
    pub(crate) fn this_thread(&self) -> Thread {
        self.in_flight.acts_for(Thread::current())
    }

    /// The exit begins, unless it has begun.
    pub(crate) fn begin_exit(&mut self, begin: impl FnOnce(Moment) -> Exit) -> &mut Exit {
        if self.exit.is_none() {
            self.backlog.begin(self.pending.len());
        }
        self.exit.get_or_insert_with(|| begin(Moment::now()))
    }

    /// Why the process exits, if it does.
    pub(crate) fn reason(&self) -> Option<Reason> {
        match self.exit.as_ref()?.reason() {
            // The system unloads the library since the process ends.
            Reason::Unload if C::has_ended_other_threads() => Some(Reason::Exit(None)),
            reason => Some(reason),
        }
    }

    /// What this thread does at a slot.
    #[inline(never)]
    pub(crate) fn arrival(&self, this: Thread) -> Arrival {
        self.exit.as_ref().map_or(Arrival::Turn, |exit| exit.arrival(this, self.unloading))
    }

    /// This thread has reached a slot, and carries out the exit from here on.
    pub(crate) fn take_exit_from_there(&mut self, this: Thread) {
        let unloading = self.unloading;
        if let Some(exit) = &mut self.exit {
            exit.take_from_there(this, unloading);
        }
        self.changed();
    }

    /// Begins what is to be done at a slot that a registration took, and says what to run there. `None`, and nothing
    /// has changed, if this is the thread's first slot, if everything has run, if any thread is running handlers, or if
    /// a library is unloaded.
    #[inline]
    pub(crate) fn begin_usual_turn(&mut self, this: Thread, code: Option<c_int>) -> Option<DownTo> {
        if C::LIBRARIES_HAVE_LISTS || self.unloading.is_some() || !self.in_flight.is_empty() {
            return None;
        }
        let marks = &mut self.pending.marks;
        self.exit.as_mut()?.begin_usual_turn(this, code, || marks.reached().map(DownTo::Mark))
    }

    /// Says whether nothing else is to be done at the slot, now that this thread has run what it has. Only then is the
    /// turn noted as over. (Who waits for that was told by `end_run`, and sees it once the state is unlocked.)
    #[inline]
    pub(crate) fn end_usual_turn(&mut self, this: Thread) -> bool {
        self.in_flight.is_empty()
            && self.pending.marks.base_is_to_come()
            && self.exit.as_mut().is_some_and(|exit| exit.ends_usual_turn(this))
    }

    /// Whether a thread that waits forever has reached the base, so that this one runs everything in its place.
    pub(crate) fn is_base_left_to_this_thread(&self, this: Thread) -> bool {
        !self.pending.marks.base_is_to_come() && self.exit.as_ref().is_some_and(|exit| exit.is_at_slot(this))
    }

    /// Whether this thread carries out the exit.
    pub(crate) fn is_exiting_by(&self, this: Thread) -> bool {
        self.exit.as_ref().is_some_and(|exit| exit.is_by(this))
    }

    /// Whether a panic runs the handlers, and aborts then.
    pub(crate) fn is_by_panic(&self) -> bool {
        self.exit.as_ref().is_some_and(Exit::is_by_panic)
    }

    /// Whether a panic is going to end the process.
    pub(crate) fn is_left_to_panic(&self) -> bool {
        self.exit.as_ref().is_some_and(Exit::is_left_to_panic)
    }

    /// Whether C's `exit` may be called, and comes to our slots.
    pub(crate) fn can_call_exit(&self) -> bool {
        C::EXIT_REACHES_SLOTS && !self.c_exit_may_hang
    }

    /// Whether C's `exit` may be called by a thread that has called it already.
    pub(crate) fn can_repeat_exit(&self) -> bool {
        C::EXIT_CAN_BE_REPEATED && !self.c_exit_may_hang
    }

    /// Whether other threads are running handlers that began before the mark.
    #[inline(never)]
    fn has_to_wait(&self, this: Thread, mark: Number) -> bool {
        self.in_flight.has_others_before(mark, &[this, self.unloading.unwrap_or(this)])
    }

    /// Tells the threads that wait that something has changed.
    pub(crate) fn changed(&self) {
        if self.waiting > 0 {
            notify_all();
        }
    }

    /// This thread begins to run handlers, of which this is the first.
    #[inline]
    pub(crate) fn begin_run(&mut self, this: Thread, first: &Entry) {
        let running = self.running(first);
        self.in_flight.begin(this, running);
    }

    /// This thread goes on with the next one.
    #[inline]
    pub(crate) fn go_on_with(&mut self, this: Thread, next: &Entry) {
        let running = self.running(next);
        self.in_flight.go_on_with(this, running);
    }

    /// This thread has run what it began to run.
    #[inline]
    pub(crate) fn end_run(&mut self, this: Thread) {
        self.in_flight.end(this);
        self.changed();
    }

    fn running(&self, entry: &Entry) -> Running {
        let begun = if self.deadline.is_set() { Some(Moment::now()) } else { None };
        Running { handler: entry.description(), begun }
    }

    /// This thread never returns to the handlers that it is in.
    #[inline]
    pub(crate) fn abandon_runs(&mut self, this: Thread) {
        if self.in_flight.abandon(this) {
            self.changed();
        }
    }

    /// Whether a handler that is registered now gets a slot of its own: before the exit, unless many slots are idle.
    #[inline]
    pub(crate) fn is_slot_to_be_taken(&self) -> bool {
        self.exit.is_none()
            && self.slots_from_c() != SlotsFrom::Never
            && self.pending.marks.has_room(self.pending.len())
    }

    /// How a handler that this thread registers now gets to run.
    pub(crate) fn route(&mut self) -> Route {
        let Some(at) = self.exit.as_ref().map(Exit::at) else {
            return if self.is_slot_to_be_taken() { Route::Slot } else { Route::Scheduled };
        };
        if self.is_exiting_by(self.this_thread()) {
            return Route::of_exiting_thread(at, self.slots_from_c(), &self.pending.marks);
        }
        let is_full = self.backlog.is_full(self.pending.len(), self.in_flight.handlers_begun());
        Route::of_other_thread(at, is_full, &self.pending.marks)
    }

    fn slots_from_c(&self) -> SlotsFrom {
        match C::COMES_TO_LATE_SLOTS {
            _ if self.c_exit_may_hang => SlotsFrom::Never,
            true => SlotsFrom::Always,
            false => SlotsFrom::BeforeExit,
        }
    }

    /// There is but one thread: in the child of a fork, or where the system has ended the others.
    pub(crate) fn forget_other_threads(&mut self) {
        let this = Thread::current();
        let acts_for = self.this_thread();
        self.waiting = 0;
        self.flushing = 0;
        self.deadline.forget_watchdog(self.exit.is_some());
        self.in_flight.forget_other_threads(this);
        self.unloading = self.unloading.filter(|&thread| thread == this);
        // If the thread that asked C was waiting there, the C runtime's list stays locked.
        self.c_exit_may_hang |= std::mem::take(&mut self.is_asking_c);
        match &mut self.exit {
            Some(exit) if exit.is_by(acts_for) => {
                // If this thread acted for the one that exits, C's `exit` was on the other's stack.
                self.c_exit_may_hang |= exit.continue_in_child(this) || acts_for != this;
            }
            Some(exit) => {
                self.c_exit_may_hang |= !exit.is_unloading();
                self.exit = None;
                self.totals.reason = None;
            }
            None => {}
        }
    }

    /// Gives all memory back. Nobody would after the library that we are in is unloaded.
    pub(crate) fn release_memory(&mut self) {
        self.pending.release_memory();
        self.in_flight.release_memory();
        self.exit.iter_mut().for_each(Exit::release_memory);
    }
}
