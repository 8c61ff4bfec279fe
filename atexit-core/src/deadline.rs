//! The deadline: a thread that looks on while the process ends, and ends it at once when that takes too long.

use std::fmt::Write as _;
use std::mem;
use std::sync::MutexGuard;
use std::thread;
use std::time::Duration;

use crate::failure::print;
use crate::platform;
use crate::state::{self, Phase, State, Watcher};

/// The status of a process whose end took too long, as of `timeout` in GNU coreutils.
const TIMED_OUT: i32 = 124;

/// Limits how long the end may take, from its beginning until all handlers have run; `None`, as at first, sets no limit.
///
/// When the time is up, standard error names the handler that is running, where it was registered and for how long it
/// has been running, and those that are still pending. Then the process ends at once: by the signal that began the
/// end, if one did, else with status 124. No handler of C runs any more and no stream is flushed.
///
/// It can be set and changed at any time, in a handler, too: the time always counts from the beginning of the end. Before
/// the end it costs nothing. The end then starts a thread that looks on; where there are no threads, as on WASI,
/// there is no deadline. What [`run`](crate::run) runs before the end has none either, nor has a child that a handler
/// forks.
///
/// ```
/// # use atexit_core as atexit;
/// use std::time::Duration;
///
/// atexit::set_deadline(Some(Duration::from_secs(10)));
/// ```
pub fn set_deadline(deadline: Option<Duration>) {
    let mut state = state::lock();
    state.set_deadline(deadline);
    watch(state);
}

/// Lets go of the state. If the process is ending, there is a deadline and nobody looks on yet, starts the thread that does.
pub(crate) fn watch(mut state: MutexGuard<'static, State>) {
    let is_wanted = state::phase() == Phase::Ending && state.deadline.is_some();
    if !is_wanted || !matches!(state.watcher, Watcher::None) {
        return;
    }
    state.watcher = Watcher::Starting;
    drop(state);
    // Where no thread can be started there is no deadline.
    let thread = platform::start_thread(look_on);
    state::lock().watcher = thread.map_or(Watcher::None, Watcher::Thread);
}

/// All handlers have run: the thread that looks on goes, before the library that we are in may be unloaded.
pub(crate) fn stop_watching() {
    let watcher = mem::take(&mut state::lock().watcher);
    if let Watcher::Thread(thread) = watcher {
        platform::join_thread(thread);
    }
}

fn look_on() {
    const VERY_LONG: Duration = Duration::from_secs(60 * 60);
    const LONG_ENOUGH_TO_WRITE: Duration = Duration::from_secs(1);

    let mut state = state::lock();
    while state::phase() == Phase::Ending {
        let left = state.deadline.map_or(VERY_LONG, |deadline| deadline.saturating_sub(state.elapsed()));
        if left.is_zero() {
            let report = report(&state);
            drop(state);
            // The handler that is stuck may be stuck in writing to standard error.
            platform::start_thread(|| {
                thread::sleep(LONG_ENOUGH_TO_WRITE);
                end_the_process();
            });
            print(format_args!("{report}"));
            end_the_process();
        }
        state = state::wait_for_change(state, left);
    }
}

fn end_the_process() -> ! {
    let signal = state::lock().signal;
    match signal {
        Some(signal) => platform::end_by_signal(signal),
        None => platform::end_now(TIMED_OUT),
    }
}

/// Names what is running and what is pending, a line each.
fn report(state: &State) -> String {
    let mut report = format!("the deadline of {:?} for the end has passed", state.deadline.unwrap_or_default());
    for handler in state.current() {
        // Writing to a string doesn't fail.
        let _ = write!(report, "\natexit: handler {} is still running", handler.info);
        if let Some(begun) = handler.begun {
            let _ = write!(report, " after {:.1?}", begun.elapsed());
        }
    }
    for handler in state.pending.infos() {
        let _ = write!(report, "\natexit: handler {handler} is still pending, and is not run");
    }
    report
}
