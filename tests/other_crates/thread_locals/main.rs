//! Handlers on a thread of their own can use crates that need thread-locals.
//!
//! On Linux with glibc, the thread-locals of the exiting thread are destroyed before handlers run. A crate that keeps
//! something in one then panics in a handler, if that thread has used the crate before. Each module here shows this
//! with one crate that programs use at exit.
//!
//! Each handler runs in three ways: with [`on_thread`], with `#[atexit(thread)]`, and on the exiting thread. There it
//! must panic because of a destroyed thread-local: otherwise, the first two would show nothing.

/// On Windows a thread holds the loader's lock meanwhile.
#[cfg(unix)]
mod destructors;
mod rand;
mod tokio;
mod tracing;
mod ways;

use std::process::ExitCode;
use std::sync::Mutex;

use atexit::atexit;
use atexit_test_support::scenario;

fn main() -> ExitCode {
    let unregistered = scenario("unregister_finds_an_annotated_function_that_runs_on_a_thread", || {
        *ANNOTATED.lock().unwrap() = Some(Box::new(|| print!("never printed")));
        print!("{} {}", atexit::unregister(annotated), atexit::count());
    });
    let scenarios = [
        vec![unregistered.prints("1 0")],
        #[cfg(unix)]
        destructors::scenarios(),
        rand::scenarios(),
        tokio::scenarios(),
        tracing::scenarios(),
    ];
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), Vec::new)
}

/// Runs at the exit of every scenario and of the test runner. Does nothing unless a scenario asks for it.
#[atexit(thread)]
fn annotated() {
    let handler = ANNOTATED.lock().unwrap().take();
    if let Some(handler) = handler {
        handler();
    }
}

/// What the annotated function calls.
static ANNOTATED: Mutex<Option<Box<dyn FnOnce() + Send>>> = Mutex::new(None);
