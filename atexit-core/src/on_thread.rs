//! Running a handler on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use crate::exit::exit;
use crate::handler::{Handler, Identity, Outcome, Sealed};
use crate::state::{self, Number};
use crate::thread::Thread;

/// Wraps a handler to run on a fresh thread, which is waited for before the next handler runs.
///
/// On the thread that exits, `thread_local!`s with a destructor are gone when handlers run, and what uses them panics:
/// `tokio`'s `Runtime::new` and `Handle::block_on`, and `tracing`, `rand`, `reqwest` and `chrono` once that thread
/// has used them. On a fresh thread they work. It has a stack as large as the main thread's.
///
/// The handler counts as run by the thread that waits for it: handlers that it registers run next, [`exit`] exits as in
/// any other handler, a panic or `Err` is reported with its name, and [`unregister`](crate::unregister) finds the
/// function. But [`std::process::exit`] waits forever there, and so does C's `exit`.
///
/// Where no thread can be started, it runs in place: on WASI, at a limit on the number of threads, while a library with
/// this crate in it is being unloaded, and after everything else has run at exit.
///
/// The attribute does the same with `#[atexit(thread)]`.
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
pub fn on_thread<H>(handler: H) -> OnThread<H> {
    OnThread { handler }
}

/// A handler that runs on a thread of its own. See [`on_thread`].
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
    type Output = Ran;

    fn call(self, args: Args) -> Ran {
        Ran { error: lend(move || self.handler.call(args).into_error()) }
    }

    fn identity(&self, sealed: Sealed) -> Option<Identity> {
        self.handler.identity(sealed)
    }

    fn name(sealed: Sealed) -> &'static str {
        H::name(sealed)
    }
}

/// What a handler on a thread of its own has returned.
#[derive(Debug)]
pub struct Ran {
    error: Option<String>,
}

#[diagnostic::do_not_recommend]
impl Outcome for Ran {
    fn into_error(self) -> Option<String> {
        self.error
    }
}

/// Makes the call on a fresh thread and waits for it; in place, where no thread can be started. A panic is passed on.
pub(crate) fn lend<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    let mut state = state::lock();
    // glibc's loader makes a new thread with thread-locals wait until the library is unloaded, that of Windows any.
    if state.unloading.is_some() || !state.pending.slots.floor_is_to_come() {
        drop(state);
        return call();
    }
    let loan = state.runs.lend(Thread::current());
    drop(state);
    // Here the call is still to be had if the thread can't be started.
    let call = Arc::new(Mutex::new(Some(call)));
    let take = |call: &Mutex<Option<_>>| call.lock().unwrap_or_else(PoisonError::into_inner).take();
    let borrowed = Arc::clone(&call);
    let body = move || {
        state::lock().runs.borrow(loan, Thread::current());
        let call = take(&borrowed)?;
        let result = catch_unwind(AssertUnwindSafe(call));
        give_back(loan);
        Some(result)
    };
    let Ok(thread) = Thread::for_handlers("atexit").spawn(body) else {
        give_back(loan);
        return match take(&call) {
            Some(call) => call(),
            None => unreachable!("no thread has taken it"),
        };
    };
    wait_for(loan);
    // Its thread-locals are destroyed before the next handler runs.
    match thread.join() {
        Ok(Some(Ok(value))) => value,
        Ok(Some(Err(payload))) | Err(payload) => resume_unwind(payload),
        Ok(None) => unreachable!("this thread has left it the call"),
    }
}

fn give_back(loan: Number) {
    let mut state = state::lock();
    state.runs.give_back(loan);
    state.changed();
}

/// Waits until the handler has returned. If it calls `exit`, this thread exits.
fn wait_for(loan: Number) {
    let mut state = state::lock();
    while state.runs.is_lent(loan) {
        if let Some(code) = state.runs.exit_asked_for(loan) {
            state.runs.give_back(loan);
            drop(state);
            exit(code);
        }
        state = state::wait(state);
    }
}
