//! A log whose last lines are written however the program ends.
//!
//! Whatever collects lines before it writes them has some left when `std::process::exit` or a signal ends the program:
//! the `WorkerGuard` of `tracing-appender`, which a `main` that doesn't return never drops, and every `BufWriter` in a
//! `static`, which even a `main` that returns never drops.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use atexit::atexit;
use tracing_appender::non_blocking::NonBlockingBuilder;

const LINES: u32 = 100_000;

fn open_log() -> io::Result<()> {
    let file = BufWriter::new(File::create("app.log")?);
    // When the guard is dropped, it waits for a second. So let no more lines wait than can be written in a second, and
    // rather hold up who logs than lose lines.
    let (writer, guard) = NonBlockingBuilder::default().buffered_lines_limit(1_000).lossy(false).finish(file);
    tracing_subscriber::fmt().with_writer(writer).init();
    // Handlers that are registered later run earlier, and may still log.
    atexit::register_with(drop, (guard,));
    Ok(())
}

/// Empty until `main` has opened it.
static REPORT: OnceLock<Mutex<BufWriter<File>>> = OnceLock::new();

fn open_report() -> io::Result<&'static Mutex<BufWriter<File>>> {
    let file = File::create("report.txt")?;
    Ok(REPORT.get_or_init(|| Mutex::new(BufWriter::new(file))))
}

#[atexit]
fn flush_report() -> io::Result<()> {
    REPORT.get().map_or(Ok(()), |report| lock(report).flush())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What other threads wrote is worth keeping, even if one of them panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn main() -> Result<(), Box<dyn Error>> {
    // From here on Ctrl-C and SIGTERM run the handlers, and on Windows `std::process::exit` does.
    atexit::install()?;

    open_log()?;
    let report = open_report()?;
    // Logging needs thread-locals, which the exiting thread may have no more: so the last line is logged on a thread of
    // its own.
    atexit::register(atexit::on_thread(|| tracing::info!("the last line")));

    for line in 1..=LINES {
        tracing::info!("line {line}");
        writeln!(lock(report), "line {line}")?;
    }
    println!("{LINES} lines are logged.");
    // Your program's work stands here. This ends as a test tells it to, or waits for a signal.
    for_tests::end_as_told(for_tests::wait_for_a_signal)
}
