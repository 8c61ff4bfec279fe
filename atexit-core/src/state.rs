//! The one process-wide state: what is pending in this process, who runs it, how far the end is, and the lock around it.
//!
//! # Locks
//!
//! Four locks, and no code of the user's under any of them: handlers are taken out under the lock, and called and
//! dropped outside of it. In the order in which they are locked:
//!
//! 1. *signals*, held while signals are being installed.
//! 2. *placing*, held while the C runtime is asked for a place, so that the places stand in its list in the order of their
//!    marks. The C runtime may make a thread wait there until the end is over (Windows' does); so the thread
//!    that runs the end, and whoever registers while it runs, never needs this lock.
//! 3. *state*, held for a few instructions.
//! 4. the failure hook's, which is locked alone.
//!
//! All are held across `fork`, so that the child finds them free and what they protect whole; see `fork.rs`.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::entry::Entry;
use crate::info::HandlerInfo;
use crate::pending::{Pending, Since};
use crate::places::Places;
use crate::platform;
use crate::registry::Key;
use crate::thread::Thread;

/// What the state lock protects.
pub(crate) struct State {
    pub(crate) pending: Pending,
    pub(crate) places: Places,
    /// The threads that are running handlers: one for every run, of nested ones the innermost last.
    running: Vec<Run>,
    /// The thread that ends the process, if one does.
    pub(crate) ending: Option<Thread>,
    /// When the end began.
    begun: Option<Instant>,
    /// The signal that began it, if it was one.
    pub(crate) signal: Option<i32>,
    /// What is run at the place that the end has reached.
    pub(crate) since: Since,
    /// How many handlers other threads have added since the end began.
    newcomers: usize,
    /// How many runs other threads have begun since then.
    late_runs: usize,
    /// The thread that runs everything without the C runtime, and never lets another end the process.
    pub(crate) alone: Option<Thread>,
    /// How many threads are waiting for a change. To tell nobody costs as much as to tell many.
    waiting: usize,
    /// How long the end may take, and who looks on.
    pub(crate) deadline: Option<Duration>,
    pub(crate) watcher: Watcher,
}

/// The thread that looks on while the process ends.
#[derive(Default)]
pub(crate) enum Watcher {
    #[default]
    None,
    Starting,
    Thread(platform::Thread),
}

/// A thread that is running handlers, and the one that it is in.
struct Run {
    thread: Thread,
    handler: Option<Current>,
    /// Whether the end waits for it.
    is_awaited: bool,
}

/// A handler that is running.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Current {
    pub(crate) info: HandlerInfo,
    /// When it began, where a deadline makes that matter.
    pub(crate) begun: Option<Instant>,
}

static STATE: Mutex<State> = Mutex::new(State {
    pending: Pending::new(),
    places: Places::new(),
    running: Vec::new(),
    ending: None,
    begun: None,
    signal: None,
    since: Since::Ever,
    newcomers: 0,
    late_runs: 0,
    alone: None,
    waiting: 0,
    deadline: None,
    watcher: Watcher::None,
});

/// Told whenever a thread stops running handlers, and whenever the deadline or the phase changes.
static CHANGED: Condvar = Condvar::new();

/// Locks the state, and takes in the declarations that constructors have linked by now.
pub(crate) fn lock() -> MutexGuard<'static, State> {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.pending.declared.collect();
    state
}

/// See the module's documentation.
pub(crate) fn lock_placing() -> MutexGuard<'static, ()> {
    static PLACING: Mutex<()> = Mutex::new(());
    PLACING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until no other thread is running handlers.
pub(crate) fn wait_for_others(mut state: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
    while state.others_run() {
        state.waiting += 1;
        state = CHANGED.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
    }
    state
}

/// Waits until something has changed, or that long.
pub(crate) fn wait_for_change(mut state: MutexGuard<'static, State>, at_most: Duration) -> MutexGuard<'static, State> {
    state.waiting += 1;
    let (mut state, _) = CHANGED.wait_timeout(state, at_most).unwrap_or_else(PoisonError::into_inner);
    state.waiting -= 1;
    state
}

/// How far the process is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub(crate) enum Phase {
    /// It runs. A handler that is registered takes a place in the C runtime's list.
    Running,
    /// It ends. The places that we have cover newcomers.
    Ending,
    /// The last of our places has been reached and everything has run. A newcomer needs a place again.
    Over,
}

/// Written under the state lock only. Read without it, it may be out of date for the threads that don't end the process.
static PHASE: AtomicU8 = AtomicU8::new(Phase::Running as u8);

pub(crate) fn phase() -> Phase {
    // Relaxed: nothing else is read by what this says, or else it is read under the lock.
    match PHASE.load(Ordering::Relaxed) {
        0 => Phase::Running,
        1 => Phase::Ending,
        _ => Phase::Over,
    }
}

impl State {
    /// The end has come so far, on this thread.
    pub(crate) fn enter(&mut self, phase: Phase, since: Since) {
        self.ending = Some(Thread::current());
        self.begun = self.begun.or_else(|| platform::HAS_CLOCK.then(Instant::now));
        self.since = since;
        PHASE.store(phase as u8, Ordering::Relaxed);
        self.tell_who_waits();
    }

    /// How long the end has been going on.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.map(|begun| begun.elapsed()).unwrap_or_default()
    }

    /// Sets how long the end may take.
    pub(crate) fn set_deadline(&mut self, deadline: Option<Duration>) {
        self.deadline = deadline;
        self.tell_who_waits();
    }

    /// The handlers that are running, on whatever thread.
    pub(crate) fn current(&self) -> Vec<Current> {
        self.running.iter().filter_map(|run| run.handler).collect()
    }

    /// From now on this thread is running handlers, and the end waits for it.
    pub(crate) fn begin_run(&mut self) {
        const ENOUGH: usize = 1024;
        let this = Thread::current();
        // Threads that run handlers again and again would keep the end waiting for ever.
        let is_awaited = self.ending.is_none_or(|ending| ending == this)
            || self.running.iter().any(|run| run.thread == this && run.is_awaited)
            || {
                self.late_runs += 1;
                self.late_runs <= ENOUGH
            };
        self.running.push(Run { thread: this, handler: None, is_awaited });
    }

    /// The innermost run of this thread is over.
    pub(crate) fn end_run(&mut self) {
        let this = Thread::current();
        if let Some(innermost) = self.running.iter().rposition(|run| run.thread == this) {
            self.running.remove(innermost);
        }
        self.tell_who_waits();
    }

    /// Takes out the newest handler and notes that this thread, in its innermost run, is in it.
    pub(crate) fn next(&mut self, since: Since) -> Option<Entry> {
        let entry = self.pending.take_last(since);
        self.note(entry.as_ref());
        entry
    }

    /// The same for the one handler of that key.
    pub(crate) fn next_by_key(&mut self, key: Key) -> Option<Entry> {
        let entry = self.pending.called.take(key);
        self.note(entry.as_ref());
        entry
    }

    fn note(&mut self, entry: Option<&Entry>) {
        let begun = (platform::HAS_CLOCK && self.deadline.is_some()).then(Instant::now);
        let this = Thread::current();
        if let Some(run) = self.running.iter_mut().rfind(|run| run.thread == this) {
            run.handler = entry.map(|entry| Current { info: entry.info(), begun });
        }
    }

    /// How many runs this thread is in, each but the first in a handler of the one before.
    pub(crate) fn depth(&self) -> usize {
        let this = Thread::current();
        self.running.iter().filter(|run| run.thread == this).count()
    }

    /// This thread never returns to the handlers that it is in, so nobody should wait for it.
    pub(crate) fn abandon_running(&mut self) {
        let this = Thread::current();
        self.running.retain(|run| run.thread != this);
        self.tell_who_waits();
    }

    /// In the child of a fork there is but one thread, and the others no longer do anything.
    pub(crate) fn forget_other_threads(&mut self) {
        let this = Thread::current();
        self.watcher = Watcher::None;
        self.waiting = 0;
        self.running.retain(|run| run.thread == this);
        if self.ending != Some(this) {
            self.ending = None;
            self.begun = None;
            self.signal = None;
            self.newcomers = 0;
            self.late_runs = 0;
            self.alone = None;
            PHASE.store(Phase::Running as u8, Ordering::Relaxed);
        }
    }

    /// Whether the end takes one more handler that another thread adds. A thread that registers in a loop would keep it
    /// from ever being over.
    pub(crate) fn admits_newcomer(&mut self) -> bool {
        const ENOUGH: usize = 16_384;
        self.newcomers += 1;
        self.newcomers <= ENOUGH
    }

    /// Whether the thread that ends the process is running handlers just now. If so, it will come to newcomers, too.
    pub(crate) fn end_runs_handlers(&self) -> bool {
        self.ending.is_some_and(|ending| self.running.iter().any(|run| run.thread == ending))
    }

    /// Gives all memory back. Nobody would after the library that we are in is unloaded.
    pub(crate) fn release_memory(&mut self) {
        self.pending.release_memory();
        self.places.release_memory();
        self.running.shrink_to_fit();
    }

    fn tell_who_waits(&self) {
        if self.waiting > 0 {
            CHANGED.notify_all();
        }
    }

    fn others_run(&self) -> bool {
        let this = Thread::current();
        self.alone.is_some_and(|alone| alone != this)
            || self.running.iter().any(|run| run.thread != this && run.is_awaited)
    }
}
