//! An advisory lock, for tests of several binaries that share the server of `DATABASE_URL`.

use std::ops::{Deref, DerefMut};

use atexit::{Guard, on_thread};
use postgres::{Client, Error};

use crate::{connect, install_signals};

/// A session that holds an advisory lock until it is dropped or the process ends.
pub struct Exclusive {
    // Dropped first, while the session has its number.
    _release: Guard,
    client: Client,
}

/// Opens a session and waits until it holds the lock of that key.
///
/// # Errors
///
/// If the server refuses.
///
/// # Panics
///
/// As [`connect`].
pub fn lock(key: i64) -> Result<Exclusive, Error> {
    install_signals();
    let mut client = connect()?;
    let session: i32 = client.query_one("SELECT pg_backend_pid()", &[])?.get(0);
    // On a thread of its own: in the thread that exits, what the client keeps in thread-locals is gone.
    let release = atexit::guard(on_thread(move || end(session)));
    client.execute("SELECT pg_advisory_lock($1)", &[&key])?;
    Ok(Exclusive { _release: release, client })
}

/// Ends a session and waits for that. When a client goes away, PostgreSQL first ends the statement that it was in the
/// middle of, and keeps its locks for so long.
fn end(session: i32) -> Result<(), Error> {
    connect()?.execute("SELECT pg_terminate_backend($1, 10000)", &[&session]).map(drop)
}

impl Deref for Exclusive {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Exclusive {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}
