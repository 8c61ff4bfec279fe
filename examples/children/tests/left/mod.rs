//! What the program leaves.

#[cfg(target_os = "linux")]
use std::fs::File;
use std::io::{self, PipeReader, Read};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use atexit_test_support::open_terminal;
use atexit_test_support::{End, Failed, Process, Status, child, end, files, same, scratch};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, kill_process_group, test_kill_process_group, waitpgid};
#[cfg(target_os = "linux")]
use rustix::process::{getpid, set_child_subreaper};

/// Has this process inherit those whose parent ends. Else it is process 1, which may take a second to wait for them.
#[cfg(target_os = "linux")]
pub(crate) fn adopt_orphans() {
    // Without it, the tests take longer.
    let _ = set_child_subreaper(Some(getpid()));
}

/// Far longer than the system takes to remove what was killed.
const REMOVED: Duration = Duration::from_secs(10);

pub(crate) fn no_worker_is_left(how: End) -> Result<(), Failed> {
    let folder = scratch(&format!("children_{}", how.name()));
    let mut program = child(Path::new(env!("CARGO_BIN_EXE_children")));
    program.current_dir(&folder);
    let left = end(program, "Ctrl-C ends it.\n", how)?;

    let [done, cleans_up, ends, ignores, killed] = numbers(&left.stdout)?;
    let expected = format!(
        "Worker {done} is done.\nWorker {cleans_up} cleans up.\nWorker {ends} ends.\n\
         Worker {ignores} ignores SIGTERM.\nCtrl-C ends it.\nWorker {killed} is killed.\n"
    );
    same("what it prints", &left.stdout, &expected)?;
    // Together with process 1, the kernel ends all of its namespace, where they had these numbers.
    if how != End::TerminateAsProcessOne {
        [done, cleans_up, ends, ignores].into_iter().try_for_each(is_gone)?;
    }
    // Each had the chance to end by itself, and only the one that didn't was killed.
    same("the worker that is killed", killed.to_string(), &ignores.to_string())?;
    same("what the workers wrote", files(&folder)?, "polite.txt:\ncleaned up\nstubborn.txt:\nignored SIGTERM\n")
}

/// What the program prints to, and what reads it: nobody after that is dropped.
pub(crate) fn pipe() -> Result<(PipeReader, OwnedFd), Failed> {
    let (reader, writer) = io::pipe()?;
    Ok((reader, writer.into()))
}

/// The same, of a terminal. Elsewhere other tests' programs might inherit what reads it.
#[cfg(target_os = "linux")]
pub(crate) fn terminal() -> Result<(File, OwnedFd), Failed> {
    let (user, terminal) = open_terminal()?;
    Ok((user, terminal.into()))
}

/// The handlers do their work where nothing can be printed any more.
pub(crate) fn no_worker_is_left_when_nobody_reads(
    name: &str,
    (mut reader, writer): (impl Read, OwnedFd),
) -> Result<(), Failed> {
    let folder = scratch(&format!("children_{name}"));
    let mut program = child(Path::new(env!("CARGO_BIN_EXE_children")));
    program.arg("wait").current_dir(&folder).stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped());
    let process = Process::start_as_it_is(program)?;
    let mut printed = String::new();
    while !printed.contains("Ctrl-C ends it.") {
        let mut bytes = [0; 64];
        let count = reader.read(&mut bytes)?;
        if count == 0 {
            return Err(format!("it ended having printed {printed:?}").into());
        }
        printed += &String::from_utf8_lossy(&bytes[..count]);
    }
    drop(reader);
    process.signal(Signal::HUP.as_raw())?;

    let left = process.end();
    // First of all these, which would stay on this machine.
    numbers::<4>(&printed)?.into_iter().try_for_each(is_gone)?;
    let left = left?;
    same("how it ended", left.status.to_string(), &Status::Signal(Signal::HUP.as_raw()).to_string())?;
    same("standard error", left.stderr, "")
}

/// Those of the workers that it names.
fn numbers<const COUNT: usize>(printed: &str) -> Result<[i32; COUNT], Failed> {
    let numbers: Vec<i32> = printed.lines().filter_map(|line| line.split_whitespace().nth(1)?.parse().ok()).collect();
    numbers.try_into().map_err(|_| format!("it should name {COUNT} workers: {printed}").into())
}

/// The worker of that number and all that it started have gone.
fn is_gone(worker: i32) -> Result<(), Failed> {
    let group = Pid::from_raw(worker).ok_or("it has a number")?;
    let started = Instant::now();
    // What was killed is there until the system has removed it.
    while test_kill_process_group(group) != Err(Errno::SRCH) {
        // It counts until somebody has waited for it, which is this process, if it can be. See `adopt_orphans`.
        let _ = waitpgid(group, WaitOptions::NOHANG);
        if started.elapsed() > REMOVED {
            // It would stay on this machine.
            let _ = kill_process_group(group, Signal::KILL);
            return Err(format!("worker {worker} or what it started is left").into());
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
