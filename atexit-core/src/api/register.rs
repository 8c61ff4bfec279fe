//! Registering: into what is pending, and into a slot of its own among the handlers of C.

use std::panic::Location;

use crate::handler::{Entry, Handler};
use crate::pending::Key;
use crate::platform::{C, CRuntime, bounds};
use crate::state::{self, Locked, Route};
use crate::{exit, run, startup};

/// Registers a handler to run once when the process exits, on the thread that exits. Handlers run in reverse order of
/// registration.
///
/// `handler` is a function or closure without parameters that returns an [`Outcome`](crate::Outcome); use
/// [`register_with`] to pass arguments. It runs unless it is unregistered before: by the returned [`Registration`], by
/// [`unregister`](crate::unregister) or by [`clear`](crate::clear). To run it on a thread of its own, wrap it in
/// [`on_thread`](crate::on_thread). A handler that panics or returns `Err` is reported, and the others run.
///
/// The handler takes its place among C's `atexit` handlers and the destructors of C++ statics: what C or C++ set up
/// before this call is still alive when the handler runs. (In a program that has unregistered many thousands more
/// handlers than are pending, the place may be an earlier one.)
///
/// While handlers run at exit, a new one runs next. Once the exit no longer runs handlers, it runs immediately, on the
/// thread that registers it: so hold no lock that the handler takes. If another thread exits and far more handlers are
/// pending than when it began, this waits until those have run, or until no handler has begun for about 100
/// milliseconds.
///
/// Can be called from any thread, and from a constructor before `main`; not from a signal handler, since it locks.
///
/// ```
/// # use atexit_core as atexit;
/// let name = String::from("Donny");
/// atexit::register(move || println!("Goodbye, {name}!"));
/// ```
#[doc(alias(
    "on_exit",
    "at_exit",
    "onexit",
    "exit_handler",
    "exit handler",
    "exit_hook",
    "hook",
    "shutdown_hook",
    "addShutdownHook",
    "shutdown",
    "cleanup",
    "finalizer",
    "teardown",
    "process exit",
    "callback",
    "__cxa_atexit"
))]
#[track_caller]
pub fn register<H: Handler<()>>(handler: H) -> Registration {
    Registration::of(Entry::new(handler, (), Location::caller()), WhenTooLate::Run)
}

/// Registers a handler to run once with these arguments when the process exits, on the thread that exits.
///
/// `arguments` is a tuple of up to eight values. They are kept until the handler runs, or dropped when it is
/// unregistered. Everything else is as with [`register`]. [`unregister`](crate::unregister) finds it by the function
/// alone, whatever the arguments.
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
#[doc(alias("args", "arguments", "on_exit", "at_exit"))]
#[track_caller]
pub fn register_with<H, Args>(handler: H, arguments: Args) -> Registration
where
    H: Handler<Args>,
    Args: Send + 'static,
{
    Registration::of(Entry::new(handler, arguments, Location::caller()), WhenTooLate::Run)
}

/// One registration of a handler, by which it can be unregistered.
///
/// Dropping it does nothing: the handler stays registered. (For a handler that goes with a value, see
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
    pub(crate) fn of(entry: Entry, when_too_late: WhenTooLate) -> Self {
        Self { key: add(entry, when_too_late) }
    }

    pub(crate) fn key(self) -> Key {
        self.key
    }

    /// Unregisters the handler and returns whether it was still pending.
    ///
    /// The handler and its arguments are dropped immediately, on this thread; a panic in their `Drop` is reported like
    /// that of a handler. `false` means that it was unregistered before, that it has run, or that it is running now.
    ///
    /// This works at any time and on any thread, also inside handlers. The time it takes grows at most with the
    /// logarithm of the number of handlers.
    ///
    /// ```
    /// # use atexit_core as atexit;
    /// fn rollback() {}
    ///
    /// let registration = atexit::register(rollback);
    /// // …the work is committed:
    /// assert!(registration.unregister());
    /// ```
    #[doc(alias("cancel", "remove", "deregister"))]
    #[allow(clippy::must_use_candidate, reason = "whether it was still pending often doesn't matter")]
    pub fn unregister(self) -> bool {
        let entry = state::lock_inline().pending.registered.take(self.key);
        entry.map(|entry| entry.discard(run::report)).is_some()
    }

    /// Returns whether the handler is pending: it hasn't begun to run and was not unregistered.
    ///
    /// ```
    /// # use atexit_core as atexit;
    /// let registration = atexit::register(|| ());
    /// assert!(registration.is_pending());
    /// ```
    pub fn is_pending(self) -> bool {
        state::lock().pending.registered.contains(self.key)
    }
}

/// What becomes of a handler that is added when everything has run, and nobody will come to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenTooLate {
    /// It runs on the spot.
    Run,
    /// Its guard runs it.
    Keep,
}

/// Adds a handler, and sees to it that it runs.
fn add(entry: Entry, when_too_late: WhenTooLate) -> Key {
    startup::arm(|| entry.address());
    let mut state = state::lock_inline();
    if C::LOCKS_LIST_WHILE_EXITING || !state.is_slot_to_be_taken() {
        return add_by_route(state, entry, when_too_late);
    }
    let key = state.pending.registered.add(entry);
    add_slot(state, key, when_too_late);
    key
}

/// The same while the process exits, or while many slots are idle; and always where the C runtime's list stays locked
/// while the process exits.
#[cold]
#[inline(never)]
fn add_by_route(state: Locked, entry: Entry, when_too_late: WhenTooLate) -> Key {
    let (state, route) = find_route(state);
    add_by(state, route, entry, when_too_late)
}

/// Whether everything has run, and nobody would come to a handler that were added now.
#[cold]
#[inline]
pub(crate) fn is_too_late() -> bool {
    state::lock().route() == Route::RunNow
}

/// What has become of a handler that was not to be added too late.
#[must_use]
pub(crate) enum Added {
    /// It will run.
    WillRun,
    /// It will run, but C has yet to be asked for its slot, by [`ask_c`].
    Unasked(Key),
    /// It was not added, since everything has run.
    TooLate,
}

/// Adds a handler unless everything has run. Waits for a bounded time at most: not for C, which may make this thread
/// wait until the exit is over. (In line, as those beside it: so that programs without a `Lazy` have no part of it.) To
/// be called after [`startup::arm`], which may wait for the loader.
#[cold]
#[inline]
pub(crate) fn add_unless_too_late(entry: Entry) -> Added {
    let (mut state, route) = find_route(state::lock());
    if route == Route::RunNow {
        drop(state);
        entry.discard(run::report);
        return Added::TooLate;
    }
    if C::LOCKS_LIST_WHILE_EXITING && route == Route::Slot {
        let key = state.pending.registered.add(entry);
        state.pending.marks.push(key);
        state::begin_asking_c(state);
        return Added::Unasked(key);
    }
    // If C has no memory for a slot, an older one comes to it.
    add_by(state, route, entry, WhenTooLate::Keep);
    Added::WillRun
}

/// Asks C for the slot that it has yet to be asked for. Nothing else is done meanwhile: others wait to ask it, too.
#[cold]
#[inline]
pub(crate) fn ask_c(key: Key) {
    let has_slot = C::take_slot::<exit::RegisteredSlot>();
    let state = state::end_asking_c();
    if !has_slot {
        refused(state, key, WhenTooLate::Keep);
    }
}

/// How a handler that is added now gets to run, which may have to be waited for.
#[allow(clippy::inline_always, reason = "most programs have one place that calls it")]
#[inline(always)]
fn find_route(mut state: Locked) -> (Locked, Route) {
    let route = loop {
        match state.route() {
            Route::Slot if C::LOCKS_LIST_WHILE_EXITING && state.is_asking_c => {
                let is_over;
                (state, is_over) = state::wait_for_asking(state);
                if !is_over {
                    // That thread waits for the exit to be over, which comes to this handler.
                    break Route::Scheduled;
                }
            }
            Route::Wait => state = wait_for_progress(state),
            route => break route,
        }
    };
    (state, route)
}

/// Adds a handler that gets to run so.
#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn add_by(mut state: Locked, route: Route, entry: Entry, when_too_late: WhenTooLate) -> Key {
    let key = state.pending.registered.add(entry);
    match route {
        Route::Slot => add_slot(state, key, when_too_late),
        Route::Scheduled => {}
        // `find_route` has waited: it never gives `Wait`.
        Route::Wait | Route::RunNow => run_now(state, key, when_too_late),
    }
    key
}

/// Asks the C runtime for a slot.
#[inline]
fn add_slot(mut state: Locked, key: Key, when_too_late: WhenTooLate) {
    state.pending.marks.push(key);
    let has_slot;
    if C::LOCKS_LIST_WHILE_EXITING {
        // The exit may begin meanwhile, and finds the mark as if the slot were there already.
        (state, has_slot) = state::while_asking_c(state, C::take_slot::<exit::RegisteredSlot>);
    } else {
        // Under the lock, so that the slots are in the order of their marks.
        has_slot = C::take_slot::<exit::RegisteredSlot>();
    }
    if has_slot {
        state.unlock_inline();
    } else {
        refused(state, key, when_too_late);
    }
}

/// The C runtime has no slot for the handler. The base comes to it, if that is still to come.
#[cold]
#[inline(never)]
fn refused(mut state: Locked, key: Key, when_too_late: WhenTooLate) {
    state.pending.marks.refused(key);
    if !state.pending.marks.base_is_to_come() {
        run_now(state, key, when_too_late);
    }
}

/// Nobody will come to the handler.
fn run_now(state: Locked, key: Key, when_too_late: WhenTooLate) {
    drop(state);
    match when_too_late {
        WhenTooLate::Run => run::one(key),
        WhenTooLate::Keep => {}
    }
}

/// Far more is pending than when the exit began. Waits until handlers have run, but not if none gives way to the
/// next: it may be waiting for this thread.
#[cold]
fn wait_for_progress(state: Locked) -> Locked {
    let (mut state, is_done) =
        state::wait_while_handlers_begin(state, bounds::PROGRESS, &mut |state| state.route() != Route::Wait);
    if !is_done {
        let (pending, begun) = (state.pending.len(), state.in_flight.handlers_begun());
        state.backlog.let_through(pending, begun);
    }
    state
}
