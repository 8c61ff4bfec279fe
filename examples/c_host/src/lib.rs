//! The last lines are missing after a C or C++ program has loaded a Rust library.
//!
//! What is in a `static` is never dropped: not when the process exits, and not when the library is unloaded. A handler
//! ends it, in its place among C's handlers and the destructors of C++. This library records lines in a file, by way of
//! a buffer.

use std::error::Error;
use std::ffi::{CStr, c_char, c_int};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use atexit::atexit;

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// A function of the host, which returns a string.
type Source = extern "C" fn() -> *const c_char;

static RECORDING: Mutex<Option<BufWriter<File>>> = Mutex::new(None);
static LINES: AtomicUsize = AtomicUsize::new(0);

fn recording() -> MutexGuard<'static, Option<BufWriter<File>>> {
    RECORDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
///
/// `path` points to a string, and `source` returns a pointer to one.
#[unsafe(no_mangle)]
unsafe extern "C" fn recorder_open(path: *const c_char, source: Source) -> c_int {
    contain(|| {
        // SAFETY: as promised.
        let path = unsafe { CStr::from_ptr(path) }.to_str()?;
        *recording() = Some(BufWriter::new(File::create(path)?));
        // Registered now, it runs while everything is alive that the host has set up until now.
        atexit::register_with(end_recording, (source,));
        Ok(())
    })
}

/// # Safety
///
/// `line` points to a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn recorder_write(line: *const c_char) -> c_int {
    contain(|| {
        // SAFETY: as promised.
        let line = unsafe { CStr::from_ptr(line) }.to_str().expect("a line is text");
        let mut recording = recording();
        writeln!(recording.as_mut().ok_or("there is no recording")?, "{line}")?;
        LINES.fetch_add(1, Relaxed);
        Ok(())
    })
}

/// For the host to ask for: a library that catches signals unasked may break what the host does about them.
#[unsafe(no_mangle)]
extern "C" fn recorder_end_at_signals() -> c_int {
    contain(|| Ok(atexit::signals::install()?))
}

/// Runs when the process exits, or when the library is unloaded, before what the host set up earlier is torn down.
fn end_recording(source: Source) -> Result<()> {
    // SAFETY: the host has promised it.
    let source = unsafe { CStr::from_ptr(source()) }.to_str()?;
    if let Some(mut recording) = recording().take() {
        writeln!(recording, "recorded from {source}")?;
        recording.into_inner()?.sync_all()?;
        println!("recorder: closed");
    }
    Ok(())
}

/// Annotated functions count as registered when the library is loaded: it runs after those that are registered later.
#[atexit]
fn say_how_many() {
    println!("recorder: {} lines", LINES.load(Relaxed));
}

/// What C sees of the outcome. A panic must not reach C: it would abort the process, and no handler would run.
fn contain(function: impl FnOnce() -> Result<()>) -> c_int {
    match panic::catch_unwind(AssertUnwindSafe(function)) {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => {
            eprintln!("recorder: {error}");
            -1
        }
        // The panic hook has said what it is.
        Err(_) => -1,
    }
}
