//! The one process-wide state, and the lock around it: what is pending, who is running which handler, how far the
//! exit is.
//!
//! # Locks
//!
//! Three locks, and no code of the user's under any of them: handlers are taken out under the lock, and called and
//! dropped outside of it. The program's allocator is code of the user's, too: so what is under a lock has its memory
//! from the system, in a `SystemVec`. In the order in which they are locked:
//!
//! 1. *signals*, held while signals are being installed.
//! 2. *state*, held for a few instructions.
//! 3. the failure hook's, which is locked alone.
//!
//! All are held across `fork`, so that the child finds them free and what they protect whole; see `exit/fork.rs`.
//!
//! The state stays locked while the C runtime is asked for a slot, which keeps the slots in the order of their marks.
//! But where the C runtime makes threads that ask wait until the exit is over, the exiting thread would wait for them:
//! there the state is not locked meanwhile, and says that a thread *is placing*. Nobody waits for that thread for long.

mod backlog;
mod exit;
mod route;
mod runs;

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) use backlog::Backlog;
pub(crate) use exit::{Arrival, Call, Cause, Exit, Phase, Way};
pub(crate) use route::Route;
use route::{Newcomer, SlotsFrom};
pub(crate) use runs::{Number, Running, Runs};

use crate::exit::Deadline;
use crate::exit::trace::Totals;
use crate::handler::{self, Entry};
use crate::pending::{Key, Pending, Since};
use crate::platform::{C, CRuntime, Lock};
use crate::thread::Thread;

/// What the state lock protects.
pub(crate) struct State {
    pub(crate) pending: Pending,
    pub(crate) runs: Runs,
    /// The exit, once it has begun.
    pub(crate) exit: Option<Exit>,
    pub(crate) backlog: Backlog,
    pub(crate) deadline: Deadline,
    pub(crate) totals: Totals,
    /// The thread that unloads the library that this code is part of.
    pub(crate) unloading: Option<Thread>,
    /// A thread was lost that may have been exiting, or may have been in C's list: this process was forked by another
    /// one meanwhile, or the system has ended all others. C's `exit`, and Rust's, may wait for that one forever.
    pub(crate) is_without_c: bool,
    /// A thread asks the C runtime for the base, or for a slot without this lock.
    pub(crate) is_placing: bool,
    /// How many threads are waiting for a change. To tell nobody costs as much as to tell many.
    waiting: usize,
}

/// The state, locked.
pub(crate) type Locked = MutexGuard<'static, State>;

static STATE: Lock<State> = Lock::new(State::new(), State::lost);

/// Told whenever a thread stops running handlers, and whenever the deadline or the exit's phase changes.
static CHANGED: Condvar = Condvar::new();

/// To be called before the state is locked for the first time: has what the standard library allocates at its first use
/// allocated while no lock is held, since the program's allocator may call us.
pub(crate) fn prepare() {
    if C::WAITING_ALLOCATES {
        CHANGED.notify_all();
        drop(handler::lock_hook());
    }
}

/// Locks the state, and takes in the annotated functions that constructors have linked by now.
pub(crate) fn lock() -> Locked {
    let mut state = STATE.lock();
    state.pending.annotated.collect();
    if C::has_ended_other_threads() && !state.is_without_c {
        state.forget_ended_threads();
    }
    state
}

/// Waits until something has changed.
pub(crate) fn wait(mut state: Locked) -> Locked {
    state.waiting += 1;
    let mut state = CHANGED.wait(state).unwrap_or_else(PoisonError::into_inner);
    state.waiting -= 1;
    state
}

/// Waits until something has changed, or that long.
pub(crate) fn wait_at_most(mut state: Locked, time: Duration) -> Locked {
    state.waiting += 1;
    let (mut state, _) = CHANGED.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner);
    state.waiting -= 1;
    state
}

/// Waits until `is_done`, or until no handler has begun for that long; says whether it is done.
pub(crate) fn wait_while_handlers_begin(
    mut state: Locked,
    time: Duration,
    is_done: &mut dyn FnMut(&mut State) -> bool,
) -> (Locked, bool) {
    let mut begun = state.runs.handlers_begun();
    let mut since = Instant::now();
    loop {
        if is_done(&mut state) {
            return (state, true);
        }
        if state.runs.handlers_begun() != begun {
            (begun, since) = (state.runs.handlers_begun(), Instant::now());
        }
        let left = time.saturating_sub(since.elapsed());
        if left.is_zero() {
            return (state, false);
        }
        state = wait_at_most(state, left);
    }
}

/// Waits until no thread is placing. Not for long where that thread may be waiting for this one to exit; says whether
/// that is over.
pub(crate) fn wait_for_placing(mut state: Locked) -> (Locked, bool) {
    const TO_PLACE: Duration = Duration::from_millis(100);

    if C::LOCKS_LIST_WHILE_EXITING {
        return wait_while_handlers_begin(state, TO_PLACE, &mut |state| !state.is_placing);
    }
    while state.is_placing {
        state = wait(state);
    }
    (state, true)
}

/// Calls `ask`, which asks the C runtime, while the state is not locked and says that this thread is placing. No other
/// thread is.
pub(crate) fn while_placing<T>(mut state: Locked, ask: impl FnOnce() -> T) -> (Locked, T) {
    state.is_placing = true;
    drop(state);
    let answer = ask();
    let mut state = lock();
    state.is_placing = false;
    state.changed();
    (state, answer)
}

/// Waits for the handlers that other threads are running at this moment, unless something is pending that was
/// registered since. When a panic that aborts runs the handlers, it waits only as long as handlers begin: one may be
/// waiting for the thread that has panicked.
#[inline]
pub(crate) fn wait_for_others(state: Locked, this: Thread, unless: Option<Since>) -> Locked {
    if state.runs.is_empty() { state } else { wait_for_runs(state, this, unless) }
}

#[cold]
fn wait_for_runs(mut state: Locked, this: Thread, unless: Option<Since>) -> Locked {
    let mark = state.runs.mark();
    let mut is_done = |state: &mut State| {
        unless.is_some_and(|since| state.pending.has(since))
            || !state.runs.has_others_before(mark, &[this, state.unloading.unwrap_or(this)])
    };
    if state.exit.as_ref().is_some_and(Exit::is_by_panic) {
        return wait_while_handlers_begin(state, AFTER_PANIC, &mut is_done).0;
    }
    while !is_done(&mut state) {
        state = wait(state);
    }
    state
}

/// How long a thread that has panicked waits while no handler begins.
pub(crate) const AFTER_PANIC: Duration = Duration::from_secs(5);

/// Waits for another thread to end the process. (`std::thread::park` may panic once the thread's locals are gone.)
pub(crate) fn wait_forever() -> ! {
    static NOTHING: Mutex<()> = Mutex::new(());
    static NEVER: Condvar = Condvar::new();
    let mut nothing = NOTHING.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        nothing = NEVER.wait(nothing).unwrap_or_else(PoisonError::into_inner);
    }
}

impl State {
    const fn new() -> Self {
        Self {
            pending: Pending::new(),
            runs: Runs::new(),
            exit: None,
            backlog: Backlog::new(),
            deadline: Deadline::new(),
            totals: Totals::new(),
            unloading: None,
            is_without_c: false,
            is_placing: false,
            waiting: 0,
        }
    }

    /// The state that takes the place of one which a thread held when the system ended it. It may have been changing
    /// it, so nothing of that can be trusted.
    fn lost() -> Self {
        handler::print(format_args!(
            "a thread that was ended with the process had locked the handlers of a library, which will not run"
        ));
        Self::new()
    }

    /// The system has ended all other threads, and only a library's part of the exit is left.
    #[cold]
    fn forget_ended_threads(&mut self) {
        self.forget_other_threads();
        self.is_without_c = true;
        self.unloading = Some(Thread::current());
    }

    /// Whether a thread that is started now can run, and end, before this one goes back to the C runtime.
    pub(crate) fn can_start_threads(&self) -> bool {
        !(C::LIBRARIES_HAVE_LISTS && self.unloading.is_some())
    }

    /// The thread as which this one counts: it may be running a handler for another.
    pub(crate) fn this_thread(&self) -> Thread {
        self.runs.principal(Thread::current())
    }

    /// The exit begins, unless it has begun.
    pub(crate) fn begin_exit(&mut self, this: Thread, cause: Cause, phase: Phase) -> &mut Exit {
        if self.exit.is_none() {
            self.backlog.begin(self.pending.len());
        }
        self.exit.get_or_insert_with(|| Exit::new(this, cause, phase, C::HAS_CLOCK.then(Instant::now)))
    }

    /// What this thread does at a slot.
    pub(crate) fn arrival(&self, this: Thread) -> Arrival {
        self.exit.as_ref().map_or(Arrival::Turn, |exit| exit.arrival(this, self.unloading))
    }

    /// This thread carries out the exit from here on.
    pub(crate) fn take_over(&mut self, this: Thread) {
        let unloading = self.unloading;
        if let Some(exit) = &mut self.exit {
            exit.take_over(this, unloading);
        }
        self.changed();
    }

    /// Whether a thread that waits forever has reached the base, so that this one runs everything in its place.
    pub(crate) fn is_base_left_to_this_thread(&self, this: Thread) -> bool {
        !self.pending.slots.base_is_to_come()
            && self.exit.as_ref().is_some_and(|exit| exit.is_by(this) && matches!(exit.phase(), Phase::Running(_)))
    }

    /// Whether a panic is going to end the process.
    pub(crate) fn is_left_to_panic(&self) -> bool {
        self.exit.as_ref().is_some_and(Exit::is_left_to_panic)
    }

    /// Why the exit begins, if it begins at a slot.
    pub(crate) fn cause_at_slot(&self, this: Thread) -> Cause {
        if self.unloading == Some(this) { Cause::Unloading } else { Cause::Exit }
    }

    /// Whether C's `exit` may be called, and comes to our slots.
    pub(crate) fn can_call_exit(&self) -> bool {
        C::EXIT_REACHES_SLOTS && !self.is_without_c
    }

    /// Whether C's `exit` may be called by a thread that has called it already.
    pub(crate) fn can_repeat_exit(&self) -> bool {
        C::EXIT_CAN_BE_REPEATED && !self.is_without_c
    }

    /// Tells the threads that wait that something has changed.
    pub(crate) fn changed(&self) {
        if self.waiting > 0 {
            CHANGED.notify_all();
        }
    }

    /// Takes out the newest handler, which this thread then is in.
    #[inline]
    pub(crate) fn next(&mut self, this: Thread, since: Since) -> Option<Entry> {
        if self.pending.has(since) { self.take_next(this, since) } else { None }
    }

    fn take_next(&mut self, this: Thread, since: Since) -> Option<Entry> {
        let entry = self.pending.take_last(since);
        self.enter(this, entry)
    }

    /// The same for the one handler of that key.
    pub(crate) fn next_by_key(&mut self, this: Thread, key: Key) -> Option<Entry> {
        let entry = self.pending.registered.take(key);
        self.enter(this, entry)
    }

    fn enter(&mut self, this: Thread, entry: Option<Entry>) -> Option<Entry> {
        if let Some(entry) = &entry {
            let begun = (C::HAS_CLOCK && self.deadline.is_set()).then(Instant::now);
            self.runs.enter(this, Running { handler: entry.description(), begun });
        }
        entry
    }

    /// This thread never returns to the handlers that it is in.
    #[inline]
    pub(crate) fn abandon_runs(&mut self, this: Thread) {
        if self.runs.abandon(this) {
            self.changed();
        }
    }

    /// How a handler that this thread registers now gets to run.
    #[inline]
    pub(crate) fn route(&mut self) -> Route {
        let pending = self.pending.len();
        match &self.exit {
            None => Route::before_exit(self.slots_from_c(), pending, &self.pending.slots),
            Some(exit) => {
                let is_by_exiting_thread = exit.is_by(self.this_thread());
                let newcomer = Newcomer {
                    is_by_exiting_thread,
                    is_backlog_full: !is_by_exiting_thread && self.backlog.is_full(pending, self.runs.handlers_begun()),
                    slots_from_c: self.slots_from_c(),
                };
                newcomer.route(exit, &self.pending.slots)
            }
        }
    }

    fn slots_from_c(&self) -> SlotsFrom {
        match C::COMES_TO_LATE_SLOTS {
            _ if self.is_without_c => SlotsFrom::Never,
            true => SlotsFrom::Always,
            false => SlotsFrom::BeforeExit,
        }
    }

    /// In the child of a fork there is but one thread, and the others no longer do anything.
    pub(crate) fn forget_other_threads(&mut self) {
        let this = Thread::current();
        self.waiting = 0;
        self.deadline.forget_watcher(self.exit.is_some());
        self.runs.forget_other_threads(this);
        self.unloading = self.unloading.filter(|&thread| thread == this);
        // Where it was waiting, the C runtime's list stays locked.
        self.is_without_c |= std::mem::take(&mut self.is_placing);
        match &mut self.exit {
            Some(exit) if exit.is_by(this) => self.is_without_c |= exit.forget_other_threads(),
            Some(exit) => {
                self.is_without_c |= !exit.is_unloading();
                self.exit = None;
            }
            None => {}
        }
    }

    /// Gives all memory back. Nobody would after the library that we are in is unloaded.
    pub(crate) fn release_memory(&mut self) {
        self.pending.release_memory();
        self.runs.release_memory();
        self.exit.iter_mut().for_each(Exit::release_memory);
    }
}
