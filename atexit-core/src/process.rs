//! Running, taking back and looking at what is pending in this process.

use crate::entry::Entry;
use crate::identity::Identity;
use crate::info::HandlerInfo;
use crate::pending::Since;
use crate::registry::Key;
use crate::state::lock;
use crate::trace;

/// Runs what is pending, newest first, and what is registered meanwhile, too.
pub(crate) fn run_since(since: Since) {
    let mut state = lock();
    state.begin_run();
    let depth = state.depth();
    while let Some(entry) = state.next(since) {
        drop(state);
        trace::run(entry, depth);
        state = lock();
    }
    state.end_run();
}

/// Takes the one entry out and runs it, if it is still pending.
pub(crate) fn run_one(key: Key) {
    let mut state = lock();
    state.begin_run();
    let depth = state.depth();
    if let Some(entry) = state.next_by_key(key) {
        drop(state);
        trace::run(entry, depth);
        state = lock();
    }
    state.end_run();
}

/// Runs all that is pending now, on this thread, in the order in which the end would run it.
///
/// What a handler registers meanwhile runs next, so nothing is pending when this returns, unless another thread
/// registers. It doesn't wait for a handler that another thread is running. What has run here doesn't run again at the
/// end. At the end of `main` it runs everything
/// while all that `main` set up, in C or C++, too, is still alive.
///
/// ```
/// # use atexit_core as atexit;
/// atexit::register(|| println!("second"));
/// atexit::register(|| println!("first"));
/// atexit::run();
/// assert_eq!(atexit::count(), 0);
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
/// # use atexit_core as atexit;
/// atexit::register(|| println!("never printed"));
/// assert_eq!(atexit::clear(), 1);
/// assert_eq!(atexit::clear(), 0);
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
/// Anything else is never found: a `Registration` is taken back by [a method of its
/// own](crate::Registration::unregister), a `Guard` by [`cancel`](crate::Guard::cancel).
///
/// ```
/// # use atexit_core as atexit;
/// fn goodbye() {}
/// fn farewell(_name: &str) {}
///
/// atexit::register(goodbye);
/// atexit::register_with(farewell, ("Donny",));
/// atexit::register(goodbye);
/// assert_eq!(atexit::unregister(goodbye), 2);
/// assert_eq!(atexit::unregister(goodbye), 0);
/// assert_eq!(atexit::unregister(farewell), 1);
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
/// # use atexit_core as atexit;
/// let before = atexit::count();
/// atexit::register(|| ());
/// assert_eq!(atexit::count(), before + 1);
/// ```
pub fn count() -> usize {
    lock().pending.len()
}

/// What is pending, in the order in which it would run.
///
/// ```
/// # use atexit_core as atexit;
/// fn save() {}
/// fn close() {}
///
/// atexit::register(close);
/// atexit::register(save);
/// let names: Vec<_> = atexit::pending().iter().map(|handler| handler.name()).collect();
/// assert!(names[0].ends_with("save") && names[1].ends_with("close"));
/// ```
pub fn pending() -> Vec<HandlerInfo> {
    lock().pending.infos()
}
