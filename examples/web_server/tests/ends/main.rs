//! The server is ended in every way while requests are in flight, and clients see what becomes of them.

#[cfg(unix)]
mod client;
#[cfg(unix)]
mod server;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), server::trials)
}

/// Nothing sends signals here.
#[cfg(not(unix))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}
