//! Workers that end with this program.

use std::io;
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
    while is_running(worker)? {
        if Instant::now() >= deadline {
            println!("Worker {} is killed.", worker.id());
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    // Also for what a worker that has ended leaves behind.
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
