//! A `rusqlite` database that is committed and closed however the program ends.
//!
//! Rows that share a transaction are written much faster than rows that each wait for the disk. But when
//! `std::process::exit`, Ctrl-C or `SIGTERM` ends the program, the rows of the last transaction are lost, and files
//! named `-wal` and `-shm` stay beside the database.
//!
//! Here a handler commits and closes. Other threads are still running then, so it takes the database away from them.

use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use atexit::atexit;
use rusqlite::Connection;

const ROWS_PER_TRANSACTION: i64 = 300;

/// `None` until the database is open, and again after it's closed.
static DATABASE: Mutex<Option<Database>> = Mutex::new(None);

struct Database(Connection);

impl Database {
    fn open(path: &str) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE IF NOT EXISTS measurement (number INTEGER PRIMARY KEY, value REAL NOT NULL);
             BEGIN IMMEDIATE;",
        )?;
        Ok(Self(connection))
    }

    fn insert(&self, value: f64) -> rusqlite::Result<i64> {
        self.0.execute("INSERT INTO measurement (value) VALUES (?1)", [value])?;
        let number = self.0.last_insert_rowid();
        if number % ROWS_PER_TRANSACTION == 0 {
            self.0.execute_batch("COMMIT; BEGIN IMMEDIATE;")?;
        }
        Ok(number)
    }

    fn close(self) -> rusqlite::Result<()> {
        self.0.execute_batch("COMMIT")?;
        // The last connection to close moves what the write-ahead log holds into the database, and removes the log.
        self.0.close().map_err(|(_, error)| error)
    }
}

fn database() -> MutexGuard<'static, Option<Database>> {
    // A thread that panicked is no reason to lose what the others wrote.
    DATABASE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Annotated, it also runs when the program ends before the database is open.
#[atexit]
fn close() -> rusqlite::Result<()> {
    // Waits for a row that is being inserted.
    database().take().map_or(Ok(()), Database::close)
}

fn open() -> Result<(), Box<dyn Error>> {
    let mut database = database();
    // If the exit begins after this, then the handler waits for the lock, and finds the database.
    if atexit::is_exiting() {
        return Err("the program exits".into());
    }
    *database = Some(Database::open("state.db")?);
    Ok(())
}

fn record(value: f64) -> Result<(), Box<dyn Error>> {
    let database = database();
    let number = database.as_ref().ok_or("the database is closed")?.insert(value)?;
    println!("{number}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    // From here on Ctrl-C and SIGTERM run the handlers, and on Windows `std::process::exit` does.
    atexit::install()?;

    open()?;
    for value in 0..1000 {
        record(value.into())?;
    }
    println!("Ctrl-C ends it.");

    // This thread knows nothing of how `main` ends. It can't write after the handler did.
    thread::spawn(|| {
        let mut value = 0.0;
        while record(value).is_ok() {
            value += 1.0;
            thread::sleep(Duration::from_millis(1));
        }
    });
    // Your program's work stands here. This ends as a test tells it to, or waits for a signal.
    for_tests::end_as_told(for_tests::wait_for_a_signal)
}

// For the tests: meanwhile the thread tries to write, and then this does.
for_tests::try_after_all_handlers!(record(0.0));
