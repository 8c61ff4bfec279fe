//! Running what is pending.

mod failures;
pub(crate) mod trace;

pub(crate) use failures::{report, set_hook};

use crate::handler::{Completion, Entry};
use crate::pending::{DownTo, Key};
use crate::platform::Thread;
use crate::state::{self, Locked};

/// Runs what is pending, newest first, and what is registered meanwhile, too.
#[inline]
pub(crate) fn all_down_to(state: Locked, this: Thread, down_to: DownTo) -> Locked {
    rest_down_to(state, this, down_to, false, Others::GoOn)
}

/// The same for the exit, which waits for other threads that run handlers: it runs one at least, and returns when there
/// are such threads, whatever is left.
#[inline]
pub(crate) fn until_others_run(state: Locked, this: Thread, down_to: DownTo) -> Locked {
    rest_down_to(state, this, down_to, false, Others::ComeFirst)
}

/// The same, in line, for where mostly there is one.
#[allow(clippy::inline_always, reason = "it isn't, otherwise, and a tenth of what running a handler costs is this")]
#[inline(always)]
pub(crate) fn until_others_run_inline(mut state: Locked, this: Thread, down_to: DownTo) -> Locked {
    let Some(entry) = state.pending.take_last(down_to) else { return state };
    state.begin_run(this, &entry);
    state = call(state, entry);
    if state.pending.has(down_to) && !state.in_flight.has_others() {
        return rest_down_to(state, this, down_to, true, Others::ComeFirst);
    }
    state.end_run(this);
    state
}

/// What becomes of a run when other threads run handlers, too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    /// It goes on beside theirs.
    GoOn,
    /// It ends after the current handler: they are to be waited for before the next.
    ComeFirst,
}

/// Runs what is left, in the run that this thread has begun or else in one that begins with the first.
#[inline(never)]
fn rest_down_to(mut state: Locked, this: Thread, down_to: DownTo, mut has_begun: bool, others: Others) -> Locked {
    while let Some(entry) = state.pending.take_last(down_to) {
        if has_begun {
            state.go_on_with(this, &entry);
        } else {
            state.begin_run(this, &entry);
        }
        has_begun = true;
        state = call(state, entry);
        if others == Others::ComeFirst && state.in_flight.has_others() {
            break;
        }
    }
    if has_begun {
        state.end_run(this);
    }
    state
}

/// Takes the one handler out and runs it, if it is still pending.
pub(crate) fn one(key: Key) {
    let mut state = state::lock();
    let this = state.this_thread();
    if let Some(entry) = state.pending.registered.take(key) {
        state.begin_run(this, &entry);
        call_rarely(state, entry).end_run(this);
    }
}

/// Calls it while the state is not locked.
#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn call(state: Locked, entry: Entry) -> Locked {
    if trace::is_on() {
        return trace::run(state, entry);
    }
    state.unlock_inline();
    entry.run(report);
    state::lock_inline()
}

/// The same with less code, for where little time goes.
fn call_rarely(state: Locked, entry: Entry) -> Locked {
    if trace::is_on() {
        return trace::run(state, entry);
    }
    drop(state);
    run_rarely(entry);
    state::lock()
}

/// Runs it out of line, and says what has become of it.
#[inline(never)]
fn run_rarely(entry: Entry) -> Completion {
    entry.run(report)
}
