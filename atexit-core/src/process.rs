//! The one process-wide instance: what is pending in this process, who runs it, and the lock around both.
//!
//! # Locks
//!
//! Three locks, and no code of the user's under any of them: handlers are taken out under the lock, and called and
//! dropped outside of it. In the order in which they are locked:
//!
//! 1. *placing*, held while the C runtime is asked for a place, so that the places stand in its list in the order of their
//!    marks. The C runtime may make a thread wait there until the end is over (Windows' does); so the thread
//!    that runs the end, and whoever registers while it runs, never needs this lock.
//! 2. *state*, held for a few instructions.
//! 3. the failure hook's, which is locked alone.
//!
//! All three are held across `fork`, so that the child finds them free and what they protect whole; see `fork.rs`.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::entry::Entry;
use crate::identity::Identity;
use crate::info::HandlerInfo;
use crate::pending::{Pending, Since};
use crate::places::Places;
use crate::registry::Key;
use crate::thread::Thread;

/// What the state lock protects.
pub(crate) struct State {
    pub(crate) pending: Pending,
    pub(crate) places: Places,
    /// The threads that are running handlers, each once for every nested run.
    running: Vec<Thread>,
    /// The thread that ends the process.
    ending: Option<Thread>,
    /// What is run at the place that the end has reached.
    since: Since,
    /// How many handlers other threads have added since the end began.
    newcomers: usize,
}

static STATE: Mutex<State> = Mutex::new(State {
    pending: Pending::new(),
    places: Places::new(),
    running: Vec::new(),
    ending: None,
    since: Since::Ever,
    newcomers: 0,
});

/// Told whenever a thread stops running handlers.
static STOPPED_RUNNING: Condvar = Condvar::new();

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

/// How far the process is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub(crate) enum Phase {
    /// It runs. A handler that is registered takes a place in the C runtime's list.
    Running,
    /// It ends. No new places: the C runtime need not come to them, and the places that we have cover newcomers.
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
        self.since = since;
        PHASE.store(phase as u8, Ordering::Relaxed);
    }

    /// The thread that ends the process, if one does.
    pub(crate) fn ending(&self) -> Option<Thread> {
        self.ending
    }

    /// What is run at the place that the end has reached.
    pub(crate) fn since(&self) -> Since {
        self.since
    }

    /// This thread never returns to the handlers that it is in, so nobody should wait for it.
    pub(crate) fn abandon_running(&mut self) {
        let this = Thread::current();
        self.running.retain(|&thread| thread != this);
        STOPPED_RUNNING.notify_all();
    }

    /// In the child of a fork there is but one thread, and the others no longer do anything.
    pub(crate) fn forget_other_threads(&mut self) {
        let this = Thread::current();
        self.running.retain(|&thread| thread == this);
        if self.ending != Some(this) {
            self.ending = None;
            self.newcomers = 0;
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
        self.ending.is_some_and(|thread| self.running.contains(&thread))
    }

    /// Gives all memory back. Nobody would after the library that we are in is unloaded.
    pub(crate) fn release_memory(&mut self) {
        self.pending.release_memory();
        self.places.release_memory();
        self.running.shrink_to_fit();
    }

    fn others_run(&self) -> bool {
        let this = Thread::current();
        self.running.iter().any(|&thread| thread != this)
    }
}

/// Waits until no other thread is running handlers.
pub(crate) fn wait_for_others(state: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
    STOPPED_RUNNING.wait_while(state, |state| state.others_run()).unwrap_or_else(PoisonError::into_inner)
}

/// While it lives, this thread is running handlers, and the end waits for it.
pub(crate) struct Running(());

impl Running {
    pub(crate) fn begin(state: &mut State) -> Self {
        state.running.push(Thread::current());
        Self(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = lock();
        let this = Thread::current();
        if let Some(index) = state.running.iter().rposition(|&thread| thread == this) {
            state.running.swap_remove(index);
        }
        drop(state);
        STOPPED_RUNNING.notify_all();
    }
}

/// Runs what is pending, newest first, and what is registered meanwhile, too.
pub(crate) fn run_since(since: Since) {
    let mut state = lock();
    let running = Running::begin(&mut state);
    while let Some(entry) = state.pending.take_last(since) {
        drop(state);
        entry.run();
        state = lock();
    }
    drop(state);
    drop(running);
}

/// Takes the one entry out and runs it, if it is still pending.
pub(crate) fn run_one(key: Key) {
    let mut state = lock();
    let Some(entry) = state.pending.called.take(key) else { return };
    let running = Running::begin(&mut state);
    drop(state);
    entry.run();
    drop(running);
}

/// Runs all that is pending now, on this thread, in the order in which the end would run it.
///
/// What a handler registers meanwhile runs next, so nothing is pending when this returns, unless another thread
/// registers. What has run here doesn't run again at the end. At the end of `main` it runs everything
/// while all that `main` set up, in C or C++, too, is still alive.
///
/// ```
/// atexit_core::register(|| println!("second"));
/// atexit_core::register(|| println!("first"));
/// atexit_core::run();
/// assert_eq!(atexit_core::count(), 0);
/// ```
pub fn run() {
    run_since(Since::Ever);
}

/// Takes back everything that is pending, by call and by attribute, and says how many handlers that were.
///
/// None of them runs. They are dropped before this returns, on this thread; a panic in a `Drop` is reported like that of a
/// handler. It works at any time, inside handlers, too. In the child of a `fork` it leaves the handlers to the parent.
///
/// ```
/// atexit_core::register(|| println!("never printed"));
/// assert_eq!(atexit_core::clear(), 1);
/// assert_eq!(atexit_core::clear(), 0);
/// ```
#[allow(clippy::must_use_candidate, reason = "how many they were often doesn't matter")]
pub fn clear() -> usize {
    let taken = lock().pending.take_all();
    discard(taken)
}

/// Takes back **every** registration of a function: by call, with or without arguments, and by attribute. Says how many
/// they were.
///
/// None of them runs. They are dropped before this returns, on this thread; a panic in a `Drop` is reported like that of a
/// handler. It works at any time, inside handlers, too. It looks at each handler that is pending; to take
/// back one registration, [`Registration::unregister`](crate::Registration::unregister) is faster.
///
/// Functions are the same when their types are: every function has a type of its own, and so has every closure
/// expression, whatever it captured. Function pointers and references are the same when they point to the
/// same, and the same as a pointer only: what was registered as `f` isn't found as `f as fn()`. A `Box` is never the same
/// as another.
///
/// ```
/// fn goodbye() {}
/// fn farewell(_name: &str) {}
///
/// atexit_core::register(goodbye);
/// atexit_core::register_with(farewell, ("Donny",));
/// atexit_core::register(goodbye);
/// assert_eq!(atexit_core::unregister(goodbye), 2);
/// assert_eq!(atexit_core::unregister(goodbye), 0);
/// assert_eq!(atexit_core::unregister(farewell), 1);
/// ```
#[allow(clippy::must_use_candidate, reason = "how many they were often doesn't matter")]
#[allow(clippy::needless_pass_by_value, reason = "as it was passed to `register`")]
pub fn unregister<F: 'static>(function: F) -> usize {
    let Some(identity) = Identity::of(&function) else { return 0 };
    let taken = lock().pending.take_function(identity);
    discard(taken)
}

/// Drops what was taken back, without the lock, and counts it.
fn discard((entries, declared): (Vec<Entry>, usize)) -> usize {
    let count = entries.len() + declared;
    entries.into_iter().for_each(Entry::discard);
    count
}

/// How many handlers are pending: registered or declared, and neither run nor taken back.
///
/// ```
/// let before = atexit_core::count();
/// atexit_core::register(|| ());
/// assert_eq!(atexit_core::count(), before + 1);
/// ```
pub fn count() -> usize {
    lock().pending.len()
}

/// What is pending, in the order in which it would run.
///
/// ```
/// fn save() {}
/// fn close() {}
///
/// atexit_core::register(close);
/// atexit_core::register(save);
/// let names: Vec<_> = atexit_core::pending().iter().map(|handler| handler.name()).collect();
/// assert!(names[0].ends_with("save") && names[1].ends_with("close"));
/// ```
pub fn pending() -> Vec<HandlerInfo> {
    lock().pending.infos()
}
