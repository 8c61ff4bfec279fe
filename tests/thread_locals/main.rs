//! Handlers on a thread of their own can use crates that need thread-locals.
//!
//! On Linux with glibc, the thread-locals of the exiting thread are destroyed before handlers run. A crate that keeps
//! something in one then panics in a handler, if that thread has used the crate before. Each module here shows this
//! with one crate that programs use at exit.
//!
//! Each handler runs in three ways: with [`on_thread`], with `#[atexit(thread)]`, and on the exiting thread. There it
//! must panic because of a destroyed thread-local: otherwise, the first two would show nothing.

mod rand;
mod tokio;
mod tracing;

use std::any::type_name;
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;

use atexit::{atexit, on_thread, register};
use atexit_test_support::{Scenario, scenario};

fn main() -> ExitCode {
    let unregistered = scenario("unregister_finds_an_annotated_function_that_runs_on_a_thread", || {
        *ANNOTATED.lock().unwrap() = Some(Box::new(|| print!("never printed")));
        print!("{} {}", atexit::unregister(annotated), atexit::count());
    });
    let scenarios = [vec![unregistered.prints("1 0")], rand::scenarios(), tokio::scenarios(), tracing::scenarios()];
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

/// One scenario for each way to run `handler` at exit. In all of them `main` calls `before` and prints `main_prints`.
/// On a thread of its own, the handler prints `handler_prints`.
fn scenarios<H: Fn() + Copy + Send + 'static>(
    promise: &str,
    before: fn(),
    main_prints: &str,
    handler: H,
    handler_prints: &str,
) -> Vec<Scenario> {
    let name = |way| format!("{promise}_{way}");
    let mut scenarios = vec![
        scenario(name("on_a_thread"), move || {
            register(|| print!("The rest run."));
            before();
            register(on_thread(handler));
        })
        .prints(&format!("{main_prints}{handler_prints}The rest run.")),
        scenario(name("on_a_thread_by_attribute"), move || {
            register(|| print!("Registered later. "));
            before();
            *ANNOTATED.lock().unwrap() = Some(Box::new(handler));
        })
        .prints(&format!("{main_prints}Registered later. {handler_prints}")),
    ];
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        let exiting = scenario(name("but_not_on_the_exiting_thread"), move || {
            register(|| print!("The rest run."));
            before();
            register(handler);
            panic::set_hook(Box::new(|panic| {
                // Std's words and tokio's differ.
                let message = panic.to_string().to_lowercase().replace('-', " ");
                if message.contains("thread local") && message.contains("destr") {
                    print!("A thread-local is destroyed. ");
                } else {
                    eprintln!("another panic: {panic}");
                }
            }));
        });
        let report = format!("atexit: handler {} ({}:N) panicked", type_name::<H>(), file!());
        let prints = format!("{main_prints}A thread-local is destroyed. The rest run.");
        scenarios.push(exiting.prints(&prints).reports(&report));
    }
    scenarios
}
