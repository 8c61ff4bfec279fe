//! A PostgreSQL server that all tests of a binary share, and that is gone when they have ended.
//!
//! For those whose tests leave servers, containers and folders behind: what is shared is in a `static`, and Rust
//! never drops statics. `atexit::Lazy` does: the server is stopped and its folder removed when the tests have passed,
//! when one has failed, and when Ctrl-C or a timeout ends them.
//!
//! `tests/accounts.rs` uses it: `cargo test -p postgres_fixture --test accounts`. It is for Unix, and empty elsewhere.
#![cfg(unix)]

mod cluster;
mod exclusive;
mod server;

use std::env;

use atexit::Lazy;
pub use exclusive::{Exclusive, lock};
use postgres::{Client, Error, NoTls};
use server::Server;

/// Connects to the server.
///
/// # Errors
///
/// If the server refuses.
///
/// # Panics
///
/// As [`url`].
pub fn connect() -> Result<Client, Error> {
    Client::connect(&url(), NoTls)
}

/// Returns the server that `DATABASE_URL` names or, without that, [`own_server`].
///
/// # Panics
///
/// As [`own_server`].
pub fn url() -> String {
    env::var("DATABASE_URL").unwrap_or_else(|_| own_server())
}

/// Returns where the server of this test binary is. The first call starts it.
///
/// # Panics
///
/// If it doesn't start, or if the process exits.
pub fn own_server() -> String {
    static SERVER: Lazy<Server> =
        Lazy::new(|| Server::start().unwrap_or_else(|error| panic!("PostgreSQL doesn't start: {error}")));
    SERVER.get().expect("the process isn't exiting").url()
}

/// Has Ctrl-C and SIGTERM run the handlers. Called before there are any, since a test binary has no `main` to do it in.
fn install_signals() {
    atexit::install().expect("a thread can be started");
}
