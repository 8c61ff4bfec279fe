//! The end of the process: what is done at our places in the C runtime's list, and ending the process oneself.

use std::sync::MutexGuard;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::deadline;
use crate::pending::Since;
use crate::platform;
use crate::process;
use crate::state::{self, Phase, State};
use crate::thread::{self, Thread};
use crate::trace;

/// The end has come to this thread, which waits until no other is running handlers.
fn arrive() -> MutexGuard<'static, State> {
    let mut state = state::lock();
    // C's `exit` doesn't return to the handlers that this thread is in.
    state.abandon_running();
    if state.ending.is_none() {
        let nothing = Since::Mark(state.pending.called.mark());
        state.enter(Phase::Ending, nothing);
        // Waiting is part of the end.
        deadline::watch(state);
        state = state::lock();
    }
    state::wait_for_others(state)
}

/// The C runtime has reached a place that a registration took.
pub(crate) extern "C" fn place_reached() {
    let mut state = arrive();
    // If it comes once too often, then the places below have what is left.
    let Some(mark) = state.places.reached() else { return };
    // A late place, taken when all was over, changes nothing of that. Whether the C runtime comes to each of many that
    // threads have taken late is not sure (glibc 2.36 for aarch64 did not, under qemu), so at the first it comes to
    // everything is run.
    let phase = state::phase().max(Phase::Ending);
    let since = if phase == Phase::Over { Since::Ever } else { Since::Mark(mark) };
    state.enter(phase, since);
    drop(state);
    process::run_since(since);
    if phase == Phase::Over {
        state::lock().release_memory();
    }
}

/// The C runtime has reached the place below all others: run everything, whatever came before.
extern "C" fn base_reached() {
    // Before waiting: a handler that is waited for may fork.
    BASE_PLACED.store(false, Ordering::Relaxed);
    let mut state = arrive();
    state.enter(Phase::Ending, Since::Ever);
    drop(state);
    run_to_the_end();
}

/// Runs everything, until nothing is pending and no other thread is running a handler.
fn run_to_the_end() {
    loop {
        process::run_since(Since::Ever);
        let mut state = state::wait_for_others(state::lock());
        if state.pending.len() == 0 {
            // In the same moment as the last look: what is registered from now on takes a place again.
            state.enter(Phase::Over, Since::Ever);
            state.release_memory();
            break;
        }
    }
    deadline::stop_watching();
    trace::summarise();
}

/// Runs everything on this thread, without the C runtime, and keeps all other threads from ending the process from now
/// on: they wait. `false`, if another thread is ending it already.
pub(crate) fn take_over(signal: Option<i32>) -> bool {
    let mut state = state::lock();
    if state.ending.is_some_and(|ending| ending != Thread::current()) {
        return false;
    }
    state.signal = signal;
    state.enter(Phase::Ending, Since::Ever);
    state.alone = Some(Thread::current());
    deadline::watch(state);
    drop(state::wait_for_others(state::lock()));
    run_to_the_end();
    true
}

/// Whether the C runtime still has the place below all others.
static BASE_PLACED: AtomicBool = AtomicBool::new(false);

/// Takes the place below all others, at which everything is run. To be called under the placing lock, or where there is
/// no other thread.
pub(crate) fn place_base() {
    BASE_PLACED.store(platform::take_place(base_reached), Ordering::Relaxed);
}

/// Whether everything that is pending will be run at a place that is still to come, whatever becomes of the others.
pub(crate) fn base_is_to_come() -> bool {
    BASE_PLACED.load(Ordering::Relaxed) || state::phase() == Phase::Ending
}

/// Whether the end has begun: from [`exit`], or else from the first handler that runs because the process ends.
///
/// It can be asked from any thread, and stays true. In the child of a `fork` it is true only if the thread that forked
/// was the one that ends the process.
///
/// ```
/// # use atexit_core as atexit;
/// assert!(!atexit::is_exiting());
/// ```
pub fn is_exiting() -> bool {
    state::phase() != Phase::Running
}

/// Ends the process with this exit status, after running all that is pending. (On Unix, the parent sees its low eight bits.)
///
/// Allowed on every thread and on every platform, and inside a handler, too:
///
/// - Outside of handlers it is [`std::process::exit`]: the handlers run on this thread, in their places among those of C and
///   C++. On Windows, where `std::process::exit` reaches no handler of an executable, they run before it is called.
/// - Inside a handler (or anything else that runs because the process ends) it runs the handlers that are left, and then
///   ends the process with the new status: the last call wins. Where the C runtime allows `exit` to be called again,
///   which is glibc, what C and C++ have set up is torn down in its place among them. Elsewhere the C standard streams
///   are flushed and the process ends at once.
/// - While another thread ends the process, it waits for that end, as [`std::process::exit`] does. So a handler must not
///   wait for a thread that calls it.
/// - In a handler of C or a destructor of C++ that runs before any handler of this crate, after `main` has returned or
///   [`std::process::exit`] was called, nothing tells it that the end has begun: it calls `std::process::exit` again, and
///   that aborts. The same holds for a handler of another version of this crate.
///
/// Nothing of this thread's stack is dropped.
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
    let mut state = state::lock();
    // The handlers that this thread is in, if it is in any, will not be returned to.
    state.abandon_running();
    match state.ending {
        Some(ending) if ending == Thread::current() => {
            let since = state.since;
            let is_by_signal = state.signal.is_some();
            drop(state);
            if is_by_signal || since == Since::Ever || !platform::EXIT_CAN_BE_REPEATED {
                // No place is to come that would run everything.
                run_to_the_end();
            }
            if is_by_signal {
                // Rust's own cleanup has not been done.
                thread::flush_in_time();
            }
            if platform::EXIT_CAN_BE_REPEATED {
                // The places below have the rest, each in its turn.
                process::run_since(since);
                platform::repeat_exit(code)
            }
            platform::exit_at_once(code)
        }
        Some(_) => {
            drop(state);
            wait_for_the_end()
        }
        None if platform::EXIT_REACHES_PLACES => {
            // No place is reached yet, and handlers of C may come before the first.
            let since = Since::Mark(state.pending.called.mark());
            state.enter(Phase::Ending, since);
            deadline::watch(state);
            std::process::exit(code)
        }
        None => {
            drop(state);
            if take_over(None) { std::process::exit(code) } else { wait_for_the_end() }
        }
    }
}

/// Waits for another thread to end the process.
pub(crate) fn wait_for_the_end() -> ! {
    loop {
        std::thread::park();
    }
}
