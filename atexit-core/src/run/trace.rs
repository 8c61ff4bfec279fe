//! The trace: with `ATEXIT_TRACE=1` in the environment, what runs and how long it takes, on standard error.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::{env, mem};

use crate::handler::{Completion, Entry, print};
use crate::platform::{Moment, Short};
use crate::state::{self, Locked, Told, Totals};

/// Whether it is switched on.
static IS_ON: AtomicBool = AtomicBool::new(false);

/// Asks the environment whether to switch it on. Early, since its lock may be held at exit: by another thread, or in
/// the child of a fork by one of the parent.
pub(crate) fn read_environment() {
    IS_ON.store(env::var_os("ATEXIT_TRACE").is_some_and(|value| value == "1"), Relaxed);
}

pub(crate) fn is_on() -> bool {
    IS_ON.load(Relaxed)
}

/// Runs a handler, maybe in another one, and reports that.
#[cold]
pub(crate) fn run(state: Locked, entry: Entry) -> Locked {
    let is_in_another = state.in_flight.is_nested(state.this_thread());
    say_why(state);
    let info = entry.info();
    print(format_args!("running {info}"));
    // Counted before, so that a handler which never returns is counted, too.
    state::lock().totals.run += 1;
    let begun = Moment::now();
    let completion = super::run_rarely(entry);
    let took = begun.elapsed();
    let mut state = state::lock();
    state.totals.note(completion);
    if !is_in_another {
        // The time of those that run in another handler is part of that one's.
        state.totals.time = state.totals.time.saturating_add(took);
    }
    drop(state);
    let what = match completion {
        Completion::Finished => "finished",
        Completion::Skipped => "skipped",
        Completion::Failed => "gave up",
    };
    print(format_args!("{what} {info} after {}", Short(took)));
    state::lock()
}

/// Says why the process exits: before the first handler that it runs, and once more after a handler has called `exit`.
fn say_why(mut state: Locked) {
    let (reason, write_signal) = (state.reason(), state.write_signal);
    let said = mem::replace(&mut state.totals.reason, reason);
    drop(state);
    if let Some(reason) = reason.filter(|_| reason != said) {
        print(format_args!("exiting with {}", Told { reason, write_signal }));
    }
}

/// Tells of all handlers that have run, when all is over.
#[cold]
pub(crate) fn summarise(state: Locked) -> Locked {
    say_why(state);
    let Totals { run, skipped, failed, time, .. } = state::lock().totals;
    let handlers = if run == 1 { "handler" } else { "handlers" };
    match skipped {
        0 => print(format_args!("{run} {handlers} run, {failed} failed, {} in total", Short(time))),
        _ => print(format_args!("{run} {handlers} run, {failed} failed, {skipped} skipped, {} in total", Short(time))),
    }
    state::lock()
}
