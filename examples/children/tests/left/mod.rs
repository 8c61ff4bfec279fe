//! What the program leaves.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use atexit_test_support::{End, Failed, child, end, files, same, scratch};
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

    let numbers: Vec<i32> =
        left.stdout.lines().filter_map(|line| line.split_whitespace().nth(1)?.parse().ok()).collect();
    let [cleans_up, ends, ignores, killed] = numbers[..] else {
        return Err(format!("it should name its workers: {left:#?}").into());
    };
    let expected = format!(
        "Worker {cleans_up} cleans up.\nWorker {ends} ends.\nWorker {ignores} ignores SIGTERM.\nCtrl-C ends it.\n\
         Worker {killed} is killed.\n"
    );
    same("what it prints", &left.stdout, &expected)?;
    // Together with process 1, the kernel ends all of its namespace, where they had these numbers.
    if how != End::TerminateAsProcessOne {
        [cleans_up, ends, ignores].into_iter().try_for_each(is_gone)?;
    }
    // Each had the chance to end by itself, and only the one that didn't was killed.
    same("the worker that is killed", killed.to_string(), &ignores.to_string())?;
    same("what the workers wrote", files(&folder)?, "polite.txt:\ncleaned up\nstubborn.txt:\nignored SIGTERM\n")
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
