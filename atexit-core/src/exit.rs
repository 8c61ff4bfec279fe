//! Exiting the process: by a call of [`exit`], by the C runtime that reaches our slots, or alone, without the C
//! runtime.

mod deadline;
mod flush;
pub(crate) mod fork;
mod panic_hook;
mod slots;
pub(crate) mod trace;

pub(crate) use deadline::Deadline;
pub use deadline::set_deadline;
#[cfg(all(any(unix, windows), feature = "signals"))]
pub(crate) use flush::flush_in_time;
pub use panic_hook::install_panic_hook;
pub(crate) use slots::{Registered, finalize, place_base};

use std::time::Duration;

use crate::pending::DownTo;
use crate::platform::{C, CRuntime};
use crate::run;
use crate::state::{self, Call, Cause, Exit, Locked, State, Then, Way, wait_forever};
use crate::thread::Thread;

/// Returns whether the process is exiting: since the call of [`exit`], or else since the first handler ran at exit.
///
/// Can be called from any thread. Once true, it stays true. In the child of a `fork`, it is true only if the thread
/// that forked was the one that exits, or ran a handler for it. In a library that is being unloaded, it is true for the
/// handlers of that library.
///
/// ```
/// # use atexit_core as atexit;
/// assert!(!atexit::is_exiting());
/// ```
pub fn is_exiting() -> bool {
    state::lock().exit.is_some()
}

/// Runs all pending handlers and exits the process with this status.
///
/// Allowed on every thread and every platform, also inside handlers. Nothing on this thread's stack is dropped. On
/// Unix, the parent sees the low eight bits of `code`.
///
/// Outside handlers this calls [`std::process::exit`], and the handlers run on this thread, in their places among those
/// of C and C++.
///
/// # Inside handlers
///
/// Runs the handlers that are left and exits with the new status: the last call wins. The same holds for destructors
/// and whatever else runs at exit.
///
/// Where C's `exit` may be called again, which glibc allows, what C and C++ have set up is torn down in its place among
/// the handlers. Elsewhere the C standard streams are flushed and the process exits immediately, without the handlers
/// of C and those of another version of this crate.
///
/// In a handler that a signal runs, or a panic, C's `exit` has not been called yet: this calls it, and the process
/// exits with the status instead of dying by the signal.
///
/// The calling handler never resumes, and its part of the stack stays in use while the others run. Thousands of
/// handlers that all call this need a large stack.
///
/// # Threads and processes
///
/// While another thread is exiting, this waits until the process has ended, like [`std::process::exit`]. So a handler
/// must not wait for a thread that calls this.
///
/// If one thread forks while another is exiting and has reached a handler of this crate, C's `exit` may wait in the
/// child for a thread that only the parent has. In such a child this runs the handlers, flushes the standard streams
/// and exits immediately.
///
/// # On Windows
///
/// `std::process::exit` reaches no handler of an executable there. It is `ExitProcess`, which first ends all other
/// threads, wherever they are: a handler that ran after that would wait forever for any lock that one of them held,
/// such as the one on standard output. So this runs the handlers before it calls `std::process::exit`.
///
/// # Aborts
///
/// A C handler, a C++ destructor or a destructor of a thread-local may run before any handler of this crate, after
/// `main` has returned or [`std::process::exit`] was called. With glibc, this exits there as in a handler: it finds C's
/// `exit` on the stack. With other C runtimes, on 32-bit ARM, and in programs without tables for unwinding or compiled
/// with `-C relocation-model=static`, this crate can't tell that the exit has begun, and calls `std::process::exit` a
/// second time. On Linux that aborts; elsewhere it is C's `exit` again, which POSIX leaves undefined. The same holds
/// for handlers of another version of this crate.
///
/// ```no_run
/// # use atexit_core as atexit;
/// atexit::register(|| println!("saved"));
/// if std::env::args().len() > 2 {
///     eprintln!("too many arguments");
///     atexit::exit(2); // prints "saved"
/// }
/// ```
pub fn exit(code: i32) -> ! {
    let this = Thread::current();
    let mut state = state::lock();
    if state.in_flight.ask_to_exit(this, code) {
        state.changed();
        drop(state);
        // The thread that this one acts for exits in its place.
        wait_forever();
    }
    // The handlers that this thread is in, if it is in any, will not be returned to.
    state.abandon_runs(this);
    match Exit::call_by(state.exit.as_ref(), this) {
        Call::First | Call::OtherFirst if state.can_call_exit() => {
            drop(state);
            call_exit(this, code)
        }
        Call::First => exit_alone(state, this, code),
        Call::Again => again(state, this, code),
        Call::OtherFirst | Call::Elsewhere => leave_to_other_thread(state, this, code),
    }
}

/// Calls C's `exit`, which comes to our slots, and handlers of C may come before the first.
fn call_exit(this: Thread, code: i32) -> ! {
    // A destructor of a thread-local of the main thread, or a handler of C, runs in C's `exit`. Asked without the lock,
    // since it takes a while.
    let is_in_exit = C::is_in_exit() && C::EXIT_CAN_BE_REPEATED;
    let mut state = state::lock();
    match Exit::call_by(state.exit.as_ref(), this) {
        Call::First => {}
        // Another thread has called `exit` and has not come to a slot. It may be waiting for this one, which has called
        // Rust's or C's: whoever is in that exits.
        Call::OtherFirst if is_in_exit => {}
        Call::OtherFirst | Call::Elsewhere => leave_to_other_thread(state, this, code),
        Call::Again => again(state, this, code),
    }
    state.begin_exit(|begun| Exit::called(this, code, begun)).call(this, code);
    drop(deadline::watch(state));
    if is_in_exit {
        // Rust's aborts there.
        C::repeat_exit(code)
    }
    std::process::exit(code)
}

/// Runs everything, and then exits, where C's `exit` may not be called or doesn't come to our slots.
#[cold]
fn exit_alone(state: Locked, this: Thread, code: i32) -> ! {
    // Without one, another thread has begun to exit, and ends the process.
    let Some(state) = run_alone(state, this, Cause::Exit) else { wait_forever() };
    if state.c_exit_may_hang {
        exit_without_c(state, code);
    }
    drop(state);
    // Rust's flushes what Rust has printed, but not what C has.
    flush::flush_in_time();
    std::process::exit(code)
}

/// Waits for another thread to end the process. Or, if that runs everything by itself because of a signal, until it
/// leaves the end to other copies of this crate: it may be a handler of theirs that waits here, and exits then.
#[cold]
fn leave_to_other_thread(mut state: Locked, this: Thread, code: i32) -> ! {
    while matches!(Exit::call_by(state.exit.as_ref(), this), Call::OtherFirst | Call::Elsewhere) {
        state = state::wait(state);
    }
    drop(state);
    exit(code)
}

/// Exits with another status, from a handler or whatever else runs at exit on this thread.
#[cold]
fn again(mut state: Locked, this: Thread, code: i32) -> ! {
    let (can_call, can_repeat) = (state.can_call_exit(), state.can_repeat_exit());
    let Some(exit) = &state.exit else { unreachable!("the exit has begun") };
    match exit.way(can_call, can_repeat) {
        Way::Repeat(left) => {
            match left {
                Some(DownTo::Oldest) => state = run_everything(state, this, Then::BackToC),
                Some(down_to) => state = run_all(state, this, down_to),
                None => {}
            }
            if let Some(exit) = &mut state.exit {
                exit.call(this, code);
            }
            slots::leave(state, this);
            C::repeat_exit(code)
        }
        Way::CallOrHandOver => call_or_hand_over(run_everything(state, this, Then::End), this, code),
        Way::WithoutC => exit_without_c(run_everything(state, this, Then::End), code),
    }
}

/// Exits on this thread, which has run everything without C's `exit`, or leaves that to a thread that has called it.
#[cold]
fn call_or_hand_over(state: Locked, this: Thread, code: i32) -> ! {
    /// For a thread on its way to a slot. When two are in C's `exit` (glibc before 2.41), the one that goes through
    /// the list may end the process with its own status while this one is still in the finalizers.
    const TO_ARRIVE: Duration = Duration::from_millis(20);

    drop(state);
    // What handlers have printed. Before the other thread ends the process, and in time, which Rust's own cleanup is
    // not.
    flush::flush_in_time();
    let has_arrived = |state: &mut State| state.exit.as_ref().is_some_and(|exit| exit.has_parked(this));
    let (mut state, _) = state::wait_while_handlers_begin(state::lock(), TO_ARRIVE, &mut { has_arrived });
    let has_parked = state.exit.as_mut().is_some_and(|exit| {
        exit.call(this, code);
        exit.has_parked(this)
    });
    state.changed();
    drop(state);
    if has_parked {
        // One that waits at a slot may have C's lock on `exit` (glibc has one since 2.41), and exits with this status.
        wait_forever();
    }
    // Not C's, so that no other thread of Rust's gets there, too. If one has, and no slot reached yet, this one waits
    // for it, and it comes to a slot.
    std::process::exit(code)
}

/// Goes on in the child of a fork, on a thread that ran a handler for another one, which is not part of the child. If
/// that one was exiting, neither is the call of C's `exit` on its stack. If not, the child exits as a process does
/// whose last thread ends; but before this one does: glibc would call `exit` on it without counting it any more, and so
/// take the end of a thread that a handler runs on for that of the last, and call `exit` there, too.
#[cold]
pub(crate) fn go_on_in_child(mut state: Locked) -> ! {
    let this = Thread::current();
    if !state.is_exiting_by(this) {
        drop(state);
        exit(0);
    }
    state.abandon_runs(this);
    state = run_everything(state, this, Then::End);
    let Some(exit) = &state.exit else { unreachable!("the exit has begun") };
    let (cause, code) = (exit.cause(), exit.known_code());
    match cause {
        Cause::Exit | Cause::Unloading => exit_without_c(state, code.unwrap_or(0)),
        Cause::Signal(signal) | Cause::SharedSignal(signal) => {
            drop(state);
            flush::flush_in_time();
            C::end_by_signal(signal)
        }
        Cause::Panic => {
            drop(state);
            flush::flush_in_time();
            std::process::abort()
        }
    }
}

/// Ends the process when everything has run, where neither C's `exit` nor Rust's may be called.
#[cold]
fn exit_without_c(state: Locked, code: i32) -> ! {
    // Otherwise Rust's own cleanup has been done.
    let is_flush_needed = state.c_exit_may_hang || state.exit.as_ref().is_some_and(Exit::is_alone);
    drop(state);
    if is_flush_needed {
        flush::flush_in_time();
    }
    C::exit_at_once(code)
}

/// Everything has run that a signal runs, but other copies of this crate still run handlers, or one of them has been
/// exiting before: they end the process. The deadline goes on, and whoever calls C's `exit` passes our slots.
#[cfg(all(unix, feature = "signals"))]
pub(crate) fn leave_to_other_copies() {
    let mut state = state::lock();
    if let Some(exit) = &mut state.exit {
        exit.leave_to_other_copies();
    }
    state.changed();
    drop(deadline::watch(state));
}

/// Runs everything on this thread, without the C runtime, and gives no other thread a turn any more: they wait.
/// `None`, if another thread is exiting already.
pub(crate) fn run_alone(mut state: Locked, this: Thread, cause: Cause) -> Option<Locked> {
    match &mut state.exit {
        Some(exit) if !exit.is_unloading() => return None,
        Some(exit) => exit.take_over_alone(this, cause),
        None => _ = state.begin_exit(|begun| Exit::alone(this, cause, begun)),
    }
    state = deadline::watch(state);
    state = state::wait_for_others(state, this, None);
    Some(run_everything(state, this, Then::End))
}

/// Runs everything, and notes that it is running and that it has run.
fn run_everything(mut state: Locked, this: Thread, then: Then) -> Locked {
    if let Some(exit) = &mut state.exit {
        exit.begin_everything(this);
    }
    state = run_all(state, this, DownTo::Oldest);
    // In the same moment as the last look: what is registered from now on is not covered any more.
    if let Some(exit) = &mut state.exit {
        exit.everything_has_run(this, then);
    }
    state.changed();
    state.release_memory();
    state = deadline::stop_watching(state);
    if trace::is_on() {
        let totals = state.totals;
        drop(state);
        trace::summarise(totals);
        state = state::lock();
    }
    state
}

/// Runs what was registered since, until none of that is pending and no other thread is running a handler that it ran
/// then.
fn run_all(mut state: Locked, this: Thread, down_to: DownTo) -> Locked {
    loop {
        state = run::all_down_to(state, this, down_to);
        state = state::wait_for_others(state, this, Some(down_to));
        if !state.pending.has(down_to) {
            return state;
        }
    }
}
