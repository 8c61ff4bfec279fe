//! What the options of `#[atexit]` promise of a process that ends: skipping a function, and driving the future of one
//! that is `async`.
//!
//! Every scenario ends with all functions that this binary annotates. Each of them is skipped but in the scenario that
//! it is for.

mod block_on;
mod skipped;

use std::process::ExitCode;

fn main() -> ExitCode {
    let scenarios = [skipped::scenarios(), block_on::scenarios()];
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), Vec::new)
}
