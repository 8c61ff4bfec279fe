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
mod memory;
mod on_thread;
mod panic_hook;
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
use atexit_test_support::{Failed, Scenario, Status, Trial, output, program};

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
        late::scenarios(),
        memory::scenarios(),
        surroundings::scenarios(),
        streams::scenarios(),
        sigpipe::scenarios(),
        on_thread::scenarios(),
        #[cfg(all(unix, not(emulator = "qemu")))]
        limits::scenarios(),
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
    let trials = || {
        let trials: Vec<Vec<Trial>> = vec![
            streams::trials(),
            sigpipe::trials(),
            threads::trials(),
            on_thread::trials(),
            #[cfg(all(unix, not(emulator = "qemu")))]
            limits::trials(),
            destructors::trials(),
            fork::trials(),
            c_exit::trials(),
            deadline::trials(),
            trace::trials(),
        ];
        trials.into_iter().flatten().collect()
    };
    atexit_test_support::main_with_table(table::rows(), scenarios.into_iter().flatten().collect(), trials)
}

/// A race again and again, since one run shows little of a race: a scenario that must print this and exit with this
/// status each time.
fn a_hundred_times(name: &'static str, stdout: &'static str, status: i32) -> Trial {
    Trial::test(format!("{name}_a_hundred_times"), move || (0..100).try_for_each(|_| once(name, stdout, &[status])))
}

/// The scenario must print this and exit with one of these statuses.
fn once(name: &str, stdout: &str, statuses: &[i32]) -> Result<(), Failed> {
    let output = output(program(name))?;
    let found = String::from_utf8_lossy(&output.stdout);
    let ends_so = statuses.iter().any(|&status| Status::of(output.status) == Status::Code(status));
    if found == stdout && output.stderr.is_empty() && ends_so {
        return Ok(());
    }
    Err(format!("it should print {stdout} and exit with one of {statuses:?}: {output:?}").into())
}
