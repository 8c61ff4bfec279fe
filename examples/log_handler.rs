//! Closes a log file that `main` and the handler share.
//!
//! In Python:
//!
//! ```python
//! import atexit
//!
//! log_file = open("app.log", "w")
//!
//! def close_log_file():
//!     log_file.write("Application is closing.\n")
//!     log_file.close()
//!     print("Log file closed.")
//!
//! atexit.register(close_log_file)
//! log_file.write("Application has started.\n")
//! print("Program is running...")
//! ```

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::Mutex;

/// A static is never dropped, so without the handler what is still in the buffer would be lost.
static LOG_FILE: Mutex<Option<BufWriter<File>>> = Mutex::new(None);

fn write_log(line: &str) -> io::Result<()> {
    match &mut *LOG_FILE.lock().unwrap() {
        Some(log_file) => writeln!(log_file, "{line}"),
        None => Err(io::Error::other("the log file is closed")),
    }
}

fn close_log_file() -> io::Result<()> {
    write_log("Application is closing.")?;
    let log_file = LOG_FILE.lock().unwrap().take();
    if let Some(log_file) = log_file {
        log_file.into_inner()?; // writes what is in the buffer, and the file is closed
    }
    println!("Log file closed.");
    Ok(())
}

fn main() -> io::Result<()> {
    *LOG_FILE.lock().unwrap() = Some(BufWriter::new(File::create("app.log")?));

    atexit::register(close_log_file);
    write_log("Application has started.")?;
    println!("Program is running...");
    Ok(())
}
