//! What the options of `#[atexit]` promise of a process that ends: skipping a function.
//!
//! Every scenario ends with all functions that this binary annotates. Each of them is skipped but in the scenario that
//! it is for.

mod skipped;

use std::process::ExitCode;

fn main() -> ExitCode {
    atexit_test_support::main(skipped::scenarios(), Vec::new)
}
