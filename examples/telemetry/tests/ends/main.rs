//! The program is ended in every way, and a collector sees which spans have arrived.

#[cfg(unix)]
mod collector;
#[cfg(unix)]
mod spans;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), spans::trials)
}

/// Nothing sends signals here.
#[cfg(not(unix))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}
