//! Ending by a signal: real signals, sent to real processes by others and by themselves. On Windows, by a console
//! event.
#![cfg_attr(not(any(unix, windows)), allow(missing_docs))]

#[cfg(windows)]
mod console;
#[cfg(all(target_os = "linux", not(target_feature = "crt-static")))]
mod copies;
#[cfg(any(unix, windows))]
mod deadline;
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
#[cfg(any(unix, windows))]
mod meanwhile;
#[cfg(target_os = "linux")]
mod process_one;
#[cfg(any(unix, windows))]
mod programs;
#[cfg(unix)]
mod racing;
#[cfg(any(unix, windows))]
mod reason;
#[cfg(unix)]
mod second;
#[cfg(unix)]
mod stack;
#[cfg(unix)]
mod streams;
#[cfg(target_os = "linux")]
mod threadless;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    let scenarios = [
        meanwhile::scenarios(),
        ending::scenarios(),
        second::scenarios(),
        exiting::scenarios(),
        installing::scenarios(),
        racing::scenarios(),
        kinds::scenarios(),
        forking::scenarios(),
        descriptors::scenarios(),
        stack::scenarios(),
        streams::scenarios(),
        #[cfg(target_os = "linux")]
        threadless::scenarios(),
        #[cfg(target_os = "linux")]
        process_one::scenarios(),
        #[cfg(all(target_os = "linux", not(target_feature = "crt-static")))]
        copies::scenarios(),
        deadline::scenarios(),
        reason::scenarios(),
    ];
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), examples::trials)
}

#[cfg(windows)]
fn main() -> ExitCode {
    let scenarios = [console::scenarios(), meanwhile::scenarios(), deadline::scenarios(), reason::scenarios()];
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), Vec::new)
}

/// There are no signals here.
#[cfg(not(any(unix, windows)))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}

/// The handler of every scenario that runs last: it says which signal it was, if any.
#[cfg(any(unix, windows))]
#[atexit::atexit]
fn annotated() -> std::io::Result<()> {
    use std::io::Write;

    match atexit::signals::received() {
        Some(signal) => print!("D{signal}"),
        None if atexit_test_support::is_scenario() => print!("D"),
        None => {}
    }
    std::io::stdout().flush()
}
