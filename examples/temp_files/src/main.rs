//! Temporary files and a lock file that are gone however the program ends; but a run that failed keeps its files.
//!
//! A `TempDir` deletes its folder when it's dropped, but `std::process::exit`, Ctrl-C and `SIGTERM` drop nothing, and
//! neither does the end of a program drop what is in a `static`. So temporary files pile up, and a lock file that stays
//! keeps the program from being started again.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{path, process, thread};

use atexit::Reason;
use tempfile::TempDir;

const LOCK_FILE: &str = "temp_files.lock";

/// Fails if another process holds the lock. The handler releases it.
fn lock() -> Result<(), Box<dyn Error>> {
    // The program may change its current folder.
    let path = path::absolute(LOCK_FILE)?;
    let mut file = match File::create_new(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(format!("process {} holds {LOCK_FILE}", fs::read_to_string(&path)?).into());
        }
        other => other?,
    };
    // Not before, since the file may be another's then.
    atexit::register(|| fs::remove_file(path));
    write!(file, "{}", process::id())?;
    Ok(())
}

/// `None` until there is a folder, and again after the handler deleted it.
static SCRATCH: Mutex<Option<TempDir>> = Mutex::new(None);

fn scratch() -> MutexGuard<'static, Option<TempDir>> {
    SCRATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

fn create_scratch() -> io::Result<()> {
    atexit::register(delete_or_keep_scratch);
    let mut scratch = scratch();
    // If the exit begins after this, then the handler waits for the lock, and finds the folder.
    if atexit::is_exiting() {
        return Err(io::Error::other("the program exits"));
    }
    *scratch = Some(tempfile::Builder::new().prefix("temp_files-").tempdir()?);
    Ok(())
}

/// Other threads are still running when handlers run. So this takes the folder away from them: a file that one of them
/// creates while the others are deleted would keep the folder from being deleted.
fn delete_or_keep_scratch() -> io::Result<()> {
    let Some(folder) = scratch().take() else { return Ok(()) };
    match atexit::reason() {
        // By the user's wish.
        Some(Reason::Signal(_)) => folder.close(),
        Some(reason) if reason.is_success() == Some(true) => folder.close(),
        // Its files may show why it failed.
        _ => {
            eprintln!("The files of the failed run are in {}", folder.keep().display());
            Ok(())
        }
    }
}

fn write_part(number: u32) -> io::Result<()> {
    let scratch = scratch();
    let folder = scratch.as_ref().ok_or_else(|| io::Error::other("the program exits"))?;
    fs::write(folder.path().join(format!("{number}.part")), "work in progress")
}

/// Ends by `atexit::exit`, which tells the handlers the status on every platform.
fn main() {
    if let Err(error) = work() {
        eprintln!("Error: {error:?}");
        atexit::exit(1);
    }
    atexit::exit(0)
}

fn work() -> Result<(), Box<dyn Error>> {
    // From here on Ctrl-C and SIGTERM run the handlers, and on Windows `std::process::exit` does.
    atexit::install()?;

    // Handlers run last registered first: so the lock is released when the folder is gone.
    lock()?;
    create_scratch()?;
    for number in 0..100 {
        write_part(number)?;
    }
    if let Some(folder) = &*scratch() {
        println!("Working in {}", folder.path().display());
    }

    // This thread knows nothing of how the program ends.
    thread::spawn(|| (100..10_000).try_for_each(write_part));
    // Your program's work stands here. This ends as a test tells it to, or waits for a signal.
    for_tests::end_as_told(for_tests::wait_for_a_signal)
}
