//! The server is ended in every way while requests are in flight, and clients see what becomes of them.

mod client;
mod server;

use std::process::ExitCode;

fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), server::trials)
}
