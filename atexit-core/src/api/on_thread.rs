//! Running a handler on a thread of its own. In line, so that programs in which none does have no part of it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::handler::{self, Handler, Identity, Outcome, Returned, Sealed};
use crate::platform::{C, CRuntime, Shared, Thread, bounds, start_for_handlers};
use crate::state::{self, Locked, Number, Stage, State};
use crate::{exit, run};

/// Wraps a handler, for [`register`](crate::register()), so that it runs on a fresh thread, which the exit waits for
/// before the next handler runs. There thread-locals work, and so do tokio, tracing and others that use them.
///
/// On the thread that exits, `thread_local!`s with a destructor are gone when handlers run, and what uses them panics:
/// `tokio`'s `Runtime::new` and `Handle::block_on`, and `tracing`, `rand`, `reqwest` and `chrono` once that thread
/// has used them. On a fresh thread they work. Its stack is 2 MiB, or on Unix as large as the main thread's may
/// grow if that is more and can be had: up to 256 MiB, or 64 MiB on 32-bit systems.
///
/// The handler counts as run by the thread that waits for it: handlers that it registers run next,
/// [`exit`](crate::exit()) exits as in any other handler, its name is reported if it panics or returns `Err`, and
/// [`unregister`](crate::unregister) finds the function. The same holds for what the destructors of its thread-locals
/// do. They are also waited for, but for about five seconds at most. Neither the handler nor these may call
/// [`std::process::exit`] or C's `exit`, which wait forever there.
///
/// Where the thread can't be had, the handler runs in place, on the thread that would wait for it: on WASI, at a limit
/// on the number of threads, while the library with this crate in it is being unloaded, in a function that is called
/// around a `fork`, and after everything else has run at exit. Likewise if the process exits in a constructor or
/// destructor of a library, where the loader makes a new thread wait: if the handler hasn't begun after about one
/// second, it runs in place.
///
/// A child that the handler forks has that thread alone. When the handler returns in the child, the exit goes on there,
/// and the child exits with the status that [`reason`](crate::reason()) knows, or with 0 if that is unknown. C's
/// handlers don't run in the child.
///
/// The attribute does the same with `#[atexit(thread)]`, and for an `async fn` with `#[atexit(block_on = …)]`. To block
/// on a future by call, register `on_thread(|| pollster::block_on(close()))`, or your runtime's equivalent.
///
/// ```
/// # use atexit_core as atexit;
/// use std::cell::RefCell;
///
/// thread_local!(static LINES: RefCell<Vec<String>> = RefCell::default());
///
/// fn write_log() {
///     LINES.with_borrow_mut(|lines| lines.push("bye".to_owned()));
/// }
///
/// atexit::register(atexit::on_thread(write_log));
/// ```
#[doc(alias("tokio", "async", "block_on", "thread_local", "thread", "spawn", "AccessError"))]
pub fn on_thread<H>(handler: H) -> OnThread<H> {
    OnThread { handler }
}

/// A handler that runs on a thread of its own, once it is registered. Returned by [`on_thread`].
#[must_use = "it runs only once it is registered"]
#[derive(Clone, Copy, Debug)]
pub struct OnThread<H> {
    handler: H,
}

// Not what an error about another handler should recommend.
#[diagnostic::do_not_recommend]
impl<H, Args> Handler<Args> for OnThread<H>
where
    H: Handler<Args>,
    Args: Send + 'static,
{
    // A type that can't be named, and has no page.
    #[doc(hidden)]
    type Output = Ran;

    fn call(self, args: Args) -> Self::Output {
        Ran { returned: run_on_thread(Box::new(move || Some(Returned::of(self.handler.call(args))))) }
    }

    fn identity(&self, sealed: Sealed) -> Option<Identity> {
        self.handler.identity(sealed)
    }

    fn name(sealed: Sealed) -> &'static str {
        H::name(sealed)
    }
}

/// What a handler has returned whose error is text already.
#[derive(Debug)]
pub struct Ran {
    pub(super) returned: Option<Returned>,
}

#[diagnostic::do_not_recommend]
impl Outcome for Ran {
    fn into_error(self) -> Option<String> {
        self.returned?.into_error()
    }
}

/// What runs on a thread of its own: the call of a handler, which gives what that returned, if it was called.
type Call = Box<dyn FnOnce() -> Option<Returned> + Send>;

/// Makes the call on a fresh thread and waits for it; in place, where that thread can't be had. A panic is passed on.
#[inline]
pub(crate) fn run_on_thread(call: Call) -> Option<Returned> {
    let Some(number) = begin_delegation() else { return call() };
    let task = Arc::new(Task { number, call: Mutex::new(Some(call)), result: Mutex::new(None) });
    let theirs = Arc::clone(&task);
    let Ok(thread) = start_for_handlers("atexit", move || run_as_delegate(&theirs)) else {
        state::lock().in_flight.end_delegation(number);
        return task.call_here();
    };
    if !wait_for_arrival(number) {
        return task.call_here();
    }
    if wait_for_handler(&task) {
        // Its thread-locals are gone, so it has nothing left to do but to end. Code of ours is on its stack until then,
        // and the library may be unloaded as soon as this one goes on.
        C::join_std_thread(thread);
    }
    match take(&task.result) {
        Some(Ok(returned)) => returned,
        Some(Err(payload)) => resume_unwind(payload),
        None => unreachable!("the handler has returned"),
    }
}

/// What both threads share.
struct Task {
    number: Number,
    call: Mutex<Option<Call>>,
    result: Mutex<Option<thread::Result<Option<Returned>>>>,
}

impl Task {
    #[inline]
    fn call_here(&self) -> Option<Returned> {
        match take(&self.call) {
            Some(call) => call(),
            None => unreachable!("no other thread has taken it"),
        }
    }

    /// Reports it, if the handler has failed: nobody returns to where that is done otherwise.
    #[inline]
    fn report(&self) {
        let running = state::lock().in_flight.innermost(Thread::current());
        if let (Some(result), Some(running)) = (take(&self.result), running) {
            handler::report_if_failed(result, &running.handler, run::report);
        }
    }
}

/// Takes what only one thread uses at a time: so nobody waits for the lock.
#[inline]
fn take<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Notes that a thread is about to act for this one. `None`, where no thread would come to the handler or be over
/// before this one goes back to the C runtime: while the library that we are in is unloaded, after the finalizers,
/// where an earlier thread has not come yet, and while this thread forks, since others wait until it has.
#[inline]
fn begin_delegation() -> Option<Number> {
    let mut state = state::lock();
    let is_possible = state.unloading.is_none()
        && state.pending.marks.floor_is_to_come()
        && !state.in_flight.has_missing_delegates()
        && !State::place().is_forked_by_this_thread();
    is_possible.then(|| state.in_flight.begin_delegation(Thread::current()))
}

/// What the fresh thread does.
#[inline]
fn run_as_delegate(task: &Task) {
    // Before it takes the call: where this waits for the loader, so would a handler that uses thread-locals.
    Departure::announce();
    if !state::lock().in_flight.arrive(task.number, Thread::current()) {
        return;
    }
    // Always there: who waits leaves it to the delegate that has arrived.
    let Some(call) = take(&task.call) else { return };
    let result = catch_unwind(AssertUnwindSafe(call));
    *task.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    let mut state = state::lock();
    state.in_flight.leave(task.number);
    state.changed();
    if state.in_flight.is_orphan(Thread::current()) {
        drop(state);
        task.report();
        exit::go_on_in_child(state::lock());
    }
}

/// A thread-local whose destructor tells that the thread's locals are destroyed: the first that is set up is the last
/// to be destroyed.
struct Departure;

thread_local!(static DEPARTURE: Departure = const { Departure });

impl Departure {
    /// Sets the thread-local up, which gives it its destructor.
    #[inline]
    fn announce() {
        DEPARTURE.with(|_| ());
    }
}

impl Drop for Departure {
    #[inline]
    fn drop(&mut self) {
        // C has thread-locals of its own.
        C::after_thread_locals(|| {
            let mut state = state::lock();
            state.in_flight.end_delegation_of(Thread::current());
            state.changed();
            // A destructor may have forked.
            if state.in_flight.is_orphan(Thread::current()) {
                exit::go_on_in_child(state);
            }
        });
    }
}

/// Waits until the delegate has come to the handler; says whether it has.
///
/// A new thread waits for the loader's lock, which this one may hold: it may be running a constructor or a destructor
/// of a library. So not for long, but long enough for a busy machine.
#[inline]
fn wait_for_arrival(number: Number) -> bool {
    let has_come = |state: &mut State| state.in_flight.stage(number) != Stage::Starting;
    let (mut state, _) = state::wait_in_time(state::lock(), bounds::DELEGATE_TO_ARRIVE, &mut { has_come });
    !state.in_flight.do_without(number)
}

/// Waits until the handler has returned, and until the delegate's thread-locals are destroyed. If one of these calls
/// `exit`, this thread exits. Says whether the delegate is about to end.
///
/// The handler may take any time, as any other. A destructor of a thread-local, which nobody sees, may never return, or
/// may wait for a handler that runs later: so it is waited for only for a bounded time.
#[inline]
fn wait_for_handler(task: &Task) -> bool {
    let number = task.number;
    let mut state = state::lock();
    while matches!(state.in_flight.stage(number), Stage::Running(_)) {
        state = exit_if_asked(state, number);
        state = state::wait(state);
    }
    let is_gone = |state: &mut State| {
        state.in_flight.stage(number) == Stage::Gone || state.in_flight.exit_asked_for(number).is_some()
    };
    (state, _) = state::wait_in_time(state, bounds::DELEGATE_TO_LEAVE, &mut { is_gone });
    if state.in_flight.exit_asked_for(number).is_some() {
        drop(state);
        task.report();
        state = exit_if_asked(state::lock(), number);
    }
    let is_gone = state.in_flight.stage(number) == Stage::Gone;
    state.in_flight.end_delegation(number);
    is_gone
}

#[inline]
fn exit_if_asked(mut state: Locked, number: Number) -> Locked {
    if let Some(code) = state.in_flight.exit_asked_for(number) {
        state.in_flight.end_delegation(number);
        drop(state);
        exit::exit(code);
    }
    state
}
