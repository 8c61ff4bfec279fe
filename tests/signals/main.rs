//! Ending by a signal: real signals, sent to real processes by others and by themselves.
#![cfg_attr(not(unix), allow(missing_docs))]

#[cfg(unix)]
mod descriptors;
#[cfg(unix)]
mod ending;
#[cfg(unix)]
mod examples;
#[cfg(unix)]
mod exiting;
#[cfg(unix)]
mod forking;
#[cfg(unix)]
mod installing;
#[cfg(unix)]
mod kinds;
#[cfg(target_os = "linux")]
mod process_one;
#[cfg(unix)]
mod programs;
#[cfg(unix)]
mod racing;
#[cfg(unix)]
mod second;
#[cfg(unix)]
mod stack;
#[cfg(target_os = "linux")]
mod threadless;
#[cfg(unix)]
mod timing;

use std::process::ExitCode;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(unix)]
fn main() -> ExitCode {
    let scenarios = [
        ending::scenarios(),
        second::scenarios(),
        exiting::scenarios(),
        installing::scenarios(),
        racing::scenarios(),
        kinds::scenarios(),
        forking::scenarios(),
        descriptors::scenarios(),
        stack::scenarios(),
        #[cfg(target_os = "linux")]
        threadless::scenarios(),
        #[cfg(target_os = "linux")]
        process_one::scenarios(),
        timing::scenarios(),
    ];
    let trials = || {
        let trials = [
            ending::trials(),
            second::trials(),
            exiting::trials(),
            installing::trials(),
            racing::trials(),
            descriptors::trials(),
            stack::trials(),
            #[cfg(target_os = "linux")]
            process_one::trials(),
            timing::trials(),
            examples::trials(),
        ];
        trials.into_iter().flatten().collect()
    };
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), trials)
}

/// There are no such signals here.
#[cfg(not(unix))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}

/// The handler of every scenario that runs last: it says which signal it was, if any.
#[cfg(unix)]
#[atexit::atexit]
fn annotated() -> std::io::Result<()> {
    use std::io::Write;

    match atexit::signals::received() {
        Some(signal) => print!("D{signal}"),
        None if atexit_test_support::is_scenario() => print!("D"),
        None => {}
    }
    std::io::stdout().flush()?;
    if EXITS.load(Ordering::Relaxed) {
        atexit::exit(3);
    }
    Ok(())
}

#[cfg(unix)]
static EXITS: AtomicBool = AtomicBool::new(false);

/// Has the handler that runs last end the process with status 3.
#[cfg(unix)]
fn exit_in_the_last_handler() {
    EXITS.store(true, Ordering::Relaxed);
}
