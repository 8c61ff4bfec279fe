//! However it ends: the ways in which a process can end, and what surrounds that. Prints the table of ways to end.
// Where thread-locals are allocated, the lint takes what `thread_local!` expands to for what it was given.
#![cfg_attr(all(windows, target_env = "gnu"), allow(clippy::missing_const_for_thread_local))]

mod c;
mod c_exit;
mod deadline;
mod destructors;
mod exit;
mod fork;
#[cfg(unix)]
mod fork_in_handlers;
mod guard;
mod hook;
mod late;
#[cfg(all(unix, not(emulator = "qemu")))]
mod limits;
#[cfg(target_os = "linux")]
mod lost;
mod memory;
mod on_thread;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod other_stack;
mod panic_hook;
mod reason;
mod sigpipe;
mod streams;
mod surroundings;
mod table;
mod threads;
mod trace;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Mutex;

use atexit::atexit;
use atexit_test_support::Scenario;

/// Every scenario of this binary ends with it, if handlers run and it isn't unregistered: it is registered before
/// `main`.
#[atexit]
fn annotated() -> io::Result<()> {
    if !atexit_test_support::is_scenario() {
        return Ok(());
    }
    print!("D");
    let function = IN_THE_ANNOTATED_HANDLER.lock().unwrap().take();
    if let Some(function) = function {
        function();
    }
    // Rust doesn't do that when C's `exit` ends the process.
    io::stdout().flush()
}

static IN_THE_ANNOTATED_HANDLER: Mutex<Option<Box<dyn FnOnce() + Send>>> = Mutex::new(None);

/// Calls `function` where annotated handlers run: when exit has reached the last of our slots.
fn in_the_annotated_handler(function: impl FnOnce() + Send + 'static) {
    *IN_THE_ANNOTATED_HANDLER.lock().unwrap() = Some(Box::new(function));
}

fn main() -> ExitCode {
    let scenarios: Vec<Vec<Scenario>> = vec![
        exit::scenarios(),
        guard::scenarios(),
        hook::scenarios(),
        panic_hook::scenarios(),
        reason::scenarios(),
        late::scenarios(),
        memory::scenarios(),
        surroundings::scenarios(),
        streams::scenarios(),
        sigpipe::scenarios(),
        on_thread::scenarios(),
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        other_stack::scenarios(),
        #[cfg(all(unix, not(emulator = "qemu")))]
        limits::scenarios(),
        #[cfg(target_os = "linux")]
        lost::scenarios(),
        destructors::scenarios(),
        threads::scenarios(),
        fork::scenarios(),
        #[cfg(unix)]
        fork_in_handlers::scenarios(),
        c::scenarios(),
        c_exit::scenarios(),
        deadline::scenarios(),
        trace::scenarios(),
    ];
    atexit_test_support::main_with_table(table::rows(), scenarios.into_iter().flatten().collect(), Vec::new)
}
