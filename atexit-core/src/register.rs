//! Registering: into the store, and into a place of its own among the handlers of C.

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::end;
use crate::entry::Entry;
use crate::fork;
use crate::handler::Handler;
use crate::platform;
use crate::process;
use crate::registry::Key;
use crate::state::{self, Phase, State};
use crate::thread::Thread;
use crate::trace;

/// Registers a handler, to be called when the process ends: after those that are registered later, before those that
/// were registered earlier.
///
/// `handler` is a function or closure without parameters (for one with parameters there is [`register_with`]) that returns an [`Outcome`](crate::Outcome). It is called on
/// the thread that ends the process, once, unless it is taken back before, by the [`Registration`] that is returned, by
/// [`unregister`](crate::unregister) or by [`clear`](crate::clear). If it panics or returns `Err`, that is reported, and
/// the others run.
///
/// What C and C++ set up before this call is still there when the handler runs: it takes its place among C's `atexit`
/// handlers and the destructors of C++ statics. Where a program has registered and taken back many thousand handlers, and
/// holds few, the place may be an earlier one.
///
/// During the end a new handler runs next. When all is over, that is when the C runtime takes no more handlers, it runs on
/// the spot, on the thread that registers it.
///
/// It can be called from any thread, and from a constructor before `main`; not from a signal handler.
///
/// ```
/// # use atexit_core as atexit;
/// let name = String::from("Donny");
/// atexit::register(move || println!("Goodbye, {name}!"));
/// ```
#[track_caller]
pub fn register<H: Handler<()>>(handler: H) -> Registration {
    Registration::of(Entry::new(handler, (), Location::caller()))
}

/// Registers a handler together with the arguments that it will be called with.
///
/// `arguments` is a tuple of up to eight, which are kept until then, or dropped when the handler is taken back. All
/// else is as with [`register`]. [`unregister`](crate::unregister) takes it back by the function alone, whatever the
/// arguments.
///
/// ```
/// # use atexit_core as atexit;
/// fn farewell(name: &str, times: u32) {
///     for _ in 0..times {
///         println!("Goodbye, {name}!");
///     }
/// }
///
/// atexit::register_with(farewell, ("Donny", 3));
/// atexit::register_with(farewell, ("Walter", 1)); // runs first
/// ```
#[track_caller]
pub fn register_with<H, Args>(handler: H, arguments: Args) -> Registration
where
    H: Handler<Args>,
    Args: Send + 'static,
{
    Registration::of(Entry::new(handler, arguments, Location::caller()))
}

/// One registration of a handler, by which it can be taken back.
///
/// Dropping it does nothing: the handler stays registered. (For a handler that goes with a value there is
/// [`guard`](crate::guard).) It can be copied, kept in a map and sent to other threads.
///
/// ```
/// # use atexit_core as atexit;
/// let first = atexit::register(|| println!("never printed"));
/// assert!(first.is_pending());
/// assert!(first.unregister());
/// assert!(!first.unregister());
/// assert!(!first.is_pending());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Registration {
    key: Key,
}

impl Registration {
    pub(crate) fn of(entry: Entry) -> Self {
        Self { key: add(entry) }
    }

    /// Takes the handler back, and says whether it was still pending. It and its arguments are dropped before this
    /// returns, on this thread; a panic in their `Drop` is reported like that of a handler.
    ///
    /// It works at any time and on any thread, inside handlers, too. `false` means that the handler was taken back before,
    /// that it has run, or that it is running now.
    ///
    /// The time that it takes grows with the logarithm of the number of handlers at most.
    #[allow(clippy::must_use_candidate, reason = "whether it was still pending often doesn't matter")]
    pub fn unregister(self) -> bool {
        let entry = state::lock().pending.called.take(self.key);
        entry.map(Entry::discard).is_some()
    }

    /// Whether the handler is registered and neither has run, nor is running, nor was taken back.
    pub fn is_pending(self) -> bool {
        state::lock().pending.called.contains(self.key)
    }

    /// Takes the handler back and runs it, if it is still pending.
    pub(crate) fn run(self) {
        process::run_one(self.key);
    }
}

/// Adds a handler, in its own place among those of C.
fn add(entry: Entry) -> Key {
    arm();
    if state::phase() == Phase::Ending {
        // Without the placing lock, which another thread may hold until the end is over.
        let mut state = state::lock();
        if state::phase() == Phase::Ending && !(platform::TAKES_LATE_PLACES && ends_the_process(&state)) {
            let route = Route::of_newcomer(&mut state);
            let key = state.pending.called.add(entry);
            drop(state);
            return route.finish(key);
        }
    }
    let placing = state::lock_placing();
    let mut state = state::lock();
    let route = Route::of_newcomer(&mut state);
    let key = state.pending.called.add(entry);
    if !matches!(route, Route::Place) {
        drop((state, placing));
        return route.finish(key);
    }
    state.places.push(key);
    // From here on the end may come at any time, and finds the mark as if the place were there already.
    drop(state);
    let has_place = platform::take_place(end::place_reached);
    drop(placing);
    if has_place {
        return key;
    }
    state::lock().places.refused(key);
    // An older place covers it, unless there is none to come.
    if end::base_is_to_come() { key } else { Route::OnTheSpot.finish(key) }
}

/// How a handler that is added now gets to run.
enum Route {
    /// By a place of its own.
    Place,
    /// By a place that we have, or by the loop that is running.
    Covered,
    /// At once.
    OnTheSpot,
}

impl Route {
    fn of_newcomer(state: &mut State) -> Self {
        let ends_the_process = ends_the_process(state);
        match state::phase() {
            Phase::Running if state.places.has_room(state.pending.called.len()) => Self::Place,
            Phase::Running => Self::Covered,
            // The loop that runs handlers comes to it next. But while that doesn't run, what C or C++ has set up is being
            // torn down, and what is added then comes before the rest of that.
            Phase::Ending if ends_the_process && platform::TAKES_LATE_PLACES && !state.end_runs_handlers() => {
                Self::Place
            }
            Phase::Ending if ends_the_process || state.admits_newcomer() => Self::Covered,
            // None of our places is left. (When a signal ends the process, nobody goes through C's list any more.)
            Phase::Over if state.signal.is_some() => Self::OnTheSpot,
            Phase::Over if ends_the_process && state.end_runs_handlers() => Self::Covered,
            Phase::Over if platform::TAKES_LATE_PLACES && (ends_the_process || state.admits_newcomer()) => Self::Place,
            Phase::Ending | Phase::Over => Self::OnTheSpot,
        }
    }

    fn finish(self, key: Key) -> Key {
        if matches!(self, Self::OnTheSpot) {
            process::run_one(key);
        }
        key
    }
}

fn ends_the_process(state: &State) -> bool {
    state.ending == Some(Thread::current())
}

/// Makes sure that the place below all others is taken and that forks are provided for: before `main`, and where
/// constructors don't run, at the first registration.
pub(crate) fn arm() {
    static ARMED: AtomicBool = AtomicBool::new(false);
    // Acquire and release: who sees this sees that the base is placed, too.
    if ARMED.load(Ordering::Acquire) {
        return;
    }
    let _placing = state::lock_placing();
    if !ARMED.load(Ordering::Relaxed) {
        trace::arm();
        fork::prepare();
        end::place_base();
        ARMED.store(true, Ordering::Release);
    }
}
