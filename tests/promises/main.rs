//! The promises, each kept by a process that really ends.

mod order;

use std::process::ExitCode;

fn main() -> ExitCode {
    atexit_test_support::main(order::scenarios(), Vec::new())
}
