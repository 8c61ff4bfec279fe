//! Looks at the terminal in which the program ran.

use std::process::ExitCode;

#[cfg(unix)]
mod left;

#[cfg(unix)]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), left::trials)
}

/// The tests make a terminal as Unix has it.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
