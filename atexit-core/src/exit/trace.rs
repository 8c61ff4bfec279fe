//! The trace: with `ATEXIT_TRACE=1` in the environment, what runs and how long it takes, on standard error.

use std::env;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::handler::{Entry, print};

/// Whether it is switched on.
static IS_ON: AtomicBool = AtomicBool::new(false);

/// Asks the environment: early, since at exit another thread, or one that there was before a fork, might hold its lock.
pub(crate) fn arm() {
    IS_ON.store(env::var_os("ATEXIT_TRACE").is_some_and(|value| value == "1"), Relaxed);
}

pub(crate) fn is_on() -> bool {
    IS_ON.load(Relaxed)
}

static RUN: AtomicUsize = AtomicUsize::new(0);
static FAILED: AtomicUsize = AtomicUsize::new(0);
static NANOSECONDS: AtomicU64 = AtomicU64::new(0);

/// Runs a handler, maybe in another one, and tells of it.
#[cold]
pub(crate) fn run(entry: Entry, is_in_another: bool) {
    let info = entry.info();
    print(format_args!("running {info}"));
    // Counted before, so that a handler which never returns is counted, too.
    RUN.fetch_add(1, Relaxed);
    let begun = Instant::now();
    let went_well = entry.run();
    let took = begun.elapsed();
    if !went_well {
        FAILED.fetch_add(1, Relaxed);
    }
    if !is_in_another {
        // The time of those that run in another handler is part of that one's.
        NANOSECONDS.fetch_add(took.as_nanos().try_into().unwrap_or(u64::MAX), Relaxed);
    }
    print(format_args!("{} {info} after {took:.1?}", if went_well { "finished" } else { "gave up" }));
}

/// Tells of all handlers that have run, when all is over.
#[cold]
pub(crate) fn summarise() {
    let (run, failed) = (RUN.load(Relaxed), FAILED.load(Relaxed));
    let total = Duration::from_nanos(NANOSECONDS.load(Relaxed));
    let handlers = if run == 1 { "handler" } else { "handlers" };
    print(format_args!("{run} {handlers} run, {failed} failed, {total:.1?} in total"));
}
