//! The deadline: a thread that looks on while the process exits, and ends it immediately when that takes too long.

use std::fmt::Write as _;
use std::mem;
use std::thread;
use std::time::Duration;

use crate::handler::print;
use crate::platform::{C, CRuntime, Short};
use crate::state::{self, Exit, Locked, State};
use crate::system_vec::SystemVec;

/// The status of a process whose exit took too long, as of `timeout` in GNU coreutils.
const TIMED_OUT: i32 = 124;

/// How long the exit may take, and who looks on.
pub(crate) struct Deadline {
    limit: Option<Duration>,
    watcher: Watcher,
    /// Known here only once there was a deadline, so that the code is not part of programs that set none.
    watching: Option<&'static Watching>,
}

/// The thread that looks on while the process exits.
#[derive(Default)]
enum Watcher {
    #[default]
    None,
    Starting,
    Thread(<C as CRuntime>::Thread),
}

/// What starts and stops the watcher.
struct Watching {
    start: fn(Locked) -> Locked,
    stop: fn(Locked) -> Locked,
}

impl Deadline {
    pub(crate) const fn new() -> Self {
        Self { limit: None, watcher: Watcher::None, watching: None }
    }

    pub(crate) fn is_set(&self) -> bool {
        self.limit.is_some()
    }

    /// The child of a fork has no such thread, and if it was forked during the exit, no deadline.
    pub(crate) fn forget_watcher(&mut self, is_exiting: bool) {
        self.watcher = Watcher::None;
        if is_exiting {
            self.limit = None;
        }
    }
}

/// Sets how long exit handlers may take, from the beginning of the exit until all have run. `None`, the default, sets
/// no limit.
///
/// When the time is up, standard error names the handler that is running, where it was registered and how long it has
/// been running, and those that are still pending. Then the process ends immediately, or after one second if nobody
/// reads standard error: by the signal that began the exit, if one did, otherwise with status 124. C's handlers don't
/// run, and no stream is flushed.
///
/// Can be set and changed at any time, also inside handlers; the time always counts from the beginning of the exit. At
/// a signal it also counts for the handlers of other copies of this crate, as the module `signals` says. What
/// [`run`](crate::run) runs before the exit has no deadline, nor has a child that is forked during the exit.
///
/// A deadline costs nothing until the exit begins, when a thread is started to enforce it. Where no thread can start,
/// there is no deadline: on WASI, at a limit on the number of threads, and on Windows for a DLL that is unloaded or
/// whose process ends.
///
/// ```
/// # use atexit_core as atexit;
/// use std::time::Duration;
///
/// atexit::set_deadline(Some(Duration::from_secs(10)));
/// ```
pub fn set_deadline(deadline: Option<Duration>) {
    let mut state = state::lock();
    state.deadline.limit = deadline;
    state.deadline.watching = Some(&Watching { start, stop });
    state.changed();
    drop(watch(state));
}

/// If the process is exiting, there is a deadline and nobody looks on yet, starts the thread that does.
#[inline]
pub(super) fn watch(state: Locked) -> Locked {
    match state.deadline.watching {
        Some(watching) => (watching.start)(state),
        None => state,
    }
}

/// All handlers have run: the thread that looks on goes, before the library that we are in may be unloaded.
#[inline]
pub(super) fn stop_watching(state: Locked) -> Locked {
    match state.deadline.watching {
        Some(watching) => (watching.stop)(state),
        None => state,
    }
}

fn start(mut state: Locked) -> Locked {
    let is_watched = !matches!(state.deadline.watcher, Watcher::None);
    if !state.deadline.is_set() || !is_counting(&state) || is_watched || !state.can_start_threads() {
        return state;
    }
    state.deadline.watcher = Watcher::Starting;
    drop(state);
    // Where no thread can be started there is no deadline.
    let thread = C::start_thread(look_on);
    let mut state = state::lock();
    state.deadline.watcher = thread.map_or(Watcher::None, Watcher::Thread);
    state.changed();
    state
}

fn stop(mut state: Locked) -> Locked {
    if state.exit.as_ref().is_some_and(Exit::is_left_to_other_copies) {
        // It goes on until they end the process, and so stays loaded.
        return state;
    }
    // For a thread that is starting the watcher, which takes a call of the system's. Then for the watcher, which sees
    // that everything has run; it waits for nothing but the state, and for who reads what it reports once the time is
    // up.
    while matches!(state.deadline.watcher, Watcher::Starting) {
        state = state::wait(state);
    }
    let Watcher::Thread(thread) = mem::take(&mut state.deadline.watcher) else { return state };
    drop(state);
    C::join_thread(thread);
    state::lock()
}

fn is_counting(state: &State) -> bool {
    state.exit.as_ref().is_some_and(Exit::is_under_deadline)
}

fn look_on() {
    const VERY_LONG: Duration = Duration::from_secs(60 * 60);
    const LONG_ENOUGH_TO_WRITE: Duration = Duration::from_secs(1);

    let mut state = state::lock();
    while is_counting(&state) {
        let elapsed = state.exit.as_ref().map(Exit::elapsed).unwrap_or_default();
        let left = state.deadline.limit.map_or(VERY_LONG, |limit| limit.saturating_sub(elapsed));
        if left.is_zero() {
            // Nobody may read standard error any more, or a handler that is stuck may hold the lock of the allocator.
            C::start_thread(|| {
                thread::sleep(LONG_ENOUGH_TO_WRITE);
                end_the_process();
            });
            print(format_args!("{}", report(state)));
            end_the_process();
        }
        // For the end of the exit or another limit, and no longer than until the time is up.
        state = state::wait_at_most(state, left);
    }
}

fn end_the_process() -> ! {
    let signal = state::lock().exit.as_ref().and_then(Exit::signal);
    match signal {
        Some(signal) => C::end_by_signal(signal),
        None => C::end_now(TIMED_OUT),
    }
}

/// Names what is running and what is pending, a line each.
fn report(state: Locked) -> String {
    let limit = state.deadline.limit.unwrap_or_default();
    let is_left_to_other_copies = state.exit.as_ref().is_some_and(Exit::is_left_to_other_copies);
    let mut all_running = SystemVec::new();
    state.in_flight.running().for_each(|running| all_running.push(running));
    let pending = state.pending.descriptions();
    // The program's allocator, which is asked below, may call us.
    drop(state);
    let mut report = format!("the exit deadline of {limit:?} has passed");
    for running in all_running.iter() {
        // Writing to a string doesn't fail.
        let _ = write!(report, "\natexit: handler {} is still running", running.handler.info());
        if let Some(begun) = running.begun {
            let _ = write!(report, " after {}", Short(begun.elapsed()));
        }
    }
    if is_left_to_other_copies {
        report.push_str("\natexit: handlers of another copy of this crate are still running");
    }
    for handler in pending.iter() {
        let _ = write!(report, "\natexit: handler {} is still pending and will not run", handler.info());
    }
    report
}
