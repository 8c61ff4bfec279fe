//! The program is ended in every way, and a collector sees which spans have arrived.

mod collector;
mod spans;

use std::process::ExitCode;

fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), spans::trials)
}
