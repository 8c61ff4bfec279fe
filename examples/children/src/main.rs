//! Child processes that are gone however the program ends.
//!
//! Nobody ends a process whose parent has ended, and dropping a `Child` doesn't either. A worker that reads its input
//! sees the end of it; the others go on, hold ports and locks, and keep a CI job waiting. The module `workers` ends
//! them when the program exits.

#[cfg(unix)]
mod workers;

#[cfg(unix)]
use std::error::Error;

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    use std::io::{BufRead, BufReader};
    use std::process::Command;

    // From here on Ctrl-C and SIGTERM run the handlers.
    atexit::install()?;

    for script in SCRIPTS {
        let output = workers::start(Command::new("sh").args(["-c", script]))?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        print!("{line}");
    }
    println!("Ctrl-C ends it.");
    // Your program's work stands here. This ends as a test tells it to, or waits for a signal.
    for_tests::end_as_told(for_tests::wait_for_a_signal)
}

#[cfg(not(unix))]
fn main() {
    eprintln!("Process groups and their signals are for Unix.");
}

/// One is done at once. The others don't read their input: one cleans up at SIGTERM, one just ends, and one goes on.
#[cfg(unix)]
const SCRIPTS: [&str; 4] = [
    "echo Worker $$ is done.",
    "trap 'echo cleaned up >polite.txt; exit' TERM; echo Worker $$ cleans up.; sleep 30 & wait",
    "echo Worker $$ ends.; sleep 30 & wait",
    "trap 'echo ignored SIGTERM >stubborn.txt' TERM; echo Worker $$ ignores SIGTERM.; sleep 30 & wait; sleep 30",
];
