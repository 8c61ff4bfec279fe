//! Workers that end with this program.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use atexit::atexit;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How long the workers may take to end, all of them together.
const PATIENCE: Duration = Duration::from_secs(2);

/// `None` once the handler has begun to end them.
static WORKERS: Mutex<Option<Vec<Child>>> = Mutex::new(Some(Vec::new()));

fn workers() -> MutexGuard<'static, Option<Vec<Child>>> {
    WORKERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a worker, unless the program exits. Returns what it prints.
pub(crate) fn start(command: &mut Command) -> io::Result<ChildStdout> {
    let mut workers = workers();
    let workers = workers.as_mut().ok_or_else(|| io::Error::other("the program exits"))?;
    // Forgets those that have ended.
    workers.retain_mut(|worker| is_running(worker).unwrap_or(true) || kill(worker).is_err());
    // In a process group of its own, so that the terminal's Ctrl-C leaves it to the handler, and so that the handler
    // reaches what the worker itself has started.
    let mut worker = command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let output = worker.stdout.take().expect("it is piped");
    workers.push(worker);
    Ok(output)
}

#[atexit]
fn end_workers() -> io::Result<()> {
    let mut workers = workers().take().unwrap_or_default();
    // First tell all of them, then wait.
    for worker in &mut workers {
        drop(worker.stdin.take());
        signal(worker, Signal::TERM);
    }
    let deadline = Instant::now() + PATIENCE;
    // An error is no reason to leave the others alone.
    workers.iter_mut().map(|worker| end_by(deadline, worker)).fold(Ok(()), Result::and)
}

fn end_by(deadline: Instant, worker: &mut Child) -> io::Result<()> {
    let has_ended = ends_by(deadline, worker);
    kill(worker)?;
    if !has_ended? {
        // After the work, and by what can't panic: when the terminal is closed, nothing can be printed any more.
        _ = writeln!(io::stdout(), "Worker {} is killed.", worker.id());
    }
    Ok(())
}

fn ends_by(deadline: Instant, worker: &Child) -> io::Result<bool> {
    while is_running(worker)? {
        if Instant::now() >= deadline {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(true)
}

/// Also kills what a worker that has ended leaves behind.
fn kill(worker: &mut Child) -> io::Result<()> {
    signal(worker, Signal::KILL);
    worker.wait().map(drop)
}

/// Whether it is running. If not, its number still is its own, until `wait` is called: so a signal reaches no other.
fn is_running(worker: &Child) -> io::Result<bool> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    Ok(waitid(WaitId::Pid(Pid::from_child(worker)), options)?.is_none())
}

/// Sends a signal to it and to what it has started.
fn signal(worker: &Child, signal: Signal) {
    // It fails if all of them have ended.
    let _ = kill_process_group(Pid::from_child(worker), signal);
}
