//! Looks for processes that the program has left.

use std::process::ExitCode;

#[cfg(unix)]
mod left;

#[cfg(unix)]
fn main() -> ExitCode {
    use atexit_test_support::{after_each_end, main as run};

    #[cfg(target_os = "linux")]
    left::adopt_orphans();
    run(Vec::new(), || after_each_end("no_worker_is_left", left::no_worker_is_left))
}

/// The program is for Unix.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
