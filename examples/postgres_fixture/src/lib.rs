//! A PostgreSQL server that all tests of a binary share, and that is gone when they have ended.
//!
//! For those whose tests leave servers, containers and folders behind: what is shared stands in a `static`, and statics
//! are never dropped. Here the server is stopped and its folder removed when the tests have passed, when one has failed,
//! and when Ctrl-C or a timeout ends them.
//!
//! `tests/accounts.rs` uses it: `cargo test -p postgres_fixture --test accounts`. It is for Unix, and empty elsewhere.
#![cfg(unix)]

mod cluster;
mod exclusive;
mod server;

use std::env;
use std::sync::OnceLock;

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

/// Returns where the server is: as `DATABASE_URL` says or, without that, where the first call has started it.
///
/// # Panics
///
/// If it doesn't start.
pub fn url() -> String {
    static SERVER: OnceLock<Server> = OnceLock::new();
    // Here, since a test binary has no `main` of its own to do it in.
    atexit::signals::install().expect("threads can be started");
    env::var("DATABASE_URL").unwrap_or_else(|_| {
        let start = || Server::start().unwrap_or_else(|error| panic!("PostgreSQL doesn't start: {error}"));
        SERVER.get_or_init(start).url()
    })
}
