//! DLLs of Windows, loaded by a program in Rust: the library of the fixture `libraries`, which is built with the tests.
#![cfg_attr(not(windows), allow(missing_docs))]

#[cfg(windows)]
mod ending;
#[cfg(windows)]
mod library;
#[cfg(windows)]
mod unloading;

use std::process::ExitCode;

#[cfg(windows)]
fn main() -> ExitCode {
    let scenarios = [unloading::scenarios(), ending::scenarios()];
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), Vec::new)
}

/// There are no DLLs here.
#[cfg(not(windows))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}
