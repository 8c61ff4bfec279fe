//! What stays of the server that the tests share.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use atexit_test_support::{End, Failed, Process, Trial, after_each, end, same};

use crate::accounts::{READY, accounts};

/// What the tests print before they make the server's folder, and once it can be reached.
const FOLDER: &str = "PostgreSQL starts in ";
const ADDRESS: &str = "PostgreSQL listens on ";

pub(crate) fn trials() -> Vec<Trial> {
    // Not after an error: a test that returns one has failed, as one that panics.
    let ends = [End::Return, End::Panic, End::Exit, End::Interrupt, End::Terminate, End::TerminateAsProcessOne];
    let mut trials = after_each(&ends, "the_server_of_all_tests_is_gone", |how| {
        let printed = end(accounts()?, READY, how)?.stdout;
        same("how many servers there were", printed.matches(FOLDER).count().to_string(), "1")?;
        refuses(after(&printed, ADDRESS)?)?;
        is_gone(after(&printed, FOLDER)?)
    });
    trials.push(Trial::test("the_server_is_gone_after_ctrl_c_in_a_terminal", || {
        let printed = interrupted_in_a_terminal(READY)?;
        refuses(after(&printed, ADDRESS)?)?;
        is_gone(after(&printed, FOLDER)?)
    }));
    trials.push(Trial::test("a_server_that_is_starting_is_gone_after_ctrl_c_in_a_terminal", || {
        is_gone(after(&interrupted_in_a_terminal(FOLDER)?, FOLDER)?)
    }));
    trials.push(Trial::test("a_server_that_is_starting_is_gone_after_sigterm", || {
        is_gone(after(&end(accounts()?, FOLDER, End::Terminate)?.stdout, FOLDER)?)
    }));
    trials
}

/// Has the tests end as Ctrl-C in a terminal does, which sends the signal to all programs that they have started, too.
fn interrupted_in_a_terminal(ready: &str) -> Result<String, Failed> {
    let mut command = accounts()?;
    command.arg(End::Interrupt.word()).process_group(0);
    let mut process = Process::start(command)?;
    process.wait_for(ready)?;
    let group = format!("-{}", process.id()?);
    Command::new("sh").args(["-c", "kill -INT \"$0\"", &group]).status()?;
    let left = process.end()?;
    same("how it ended", left.status.to_string(), &End::Interrupt.status().to_string())?;
    Ok(left.stdout)
}

/// The rest of the line that begins so.
fn after<'a>(printed: &'a str, start: &str) -> Result<&'a str, Failed> {
    let rest = printed.split_once(start).ok_or_else(|| format!("no {start:?} in {printed}"))?.1;
    Ok(rest.lines().next().unwrap_or_default())
}

fn refuses(address: &str) -> Result<(), Failed> {
    match TcpStream::connect(address) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        connected => Err(format!("{address} should refuse clients: {connected:?}").into()),
    }
}

/// The folder of a server is gone, and so are the processes that worked in it.
fn is_gone(folder: &str) -> Result<(), Failed> {
    if Path::new(folder).exists() {
        return Err(format!("{folder} should be gone").into());
    }
    // One that is about to end may take a moment.
    for _ in 0..100 {
        if !are_at_work_in(folder) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(format!("processes are at work in {folder}").into())
}

/// Whether the working directory of a process is there, be it gone or not. Other systems than Linux don't say.
fn are_at_work_in(folder: &str) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut directories = processes.filter_map(|process| fs::read_link(process.path().join("cwd")).ok());
    directories.any(|directory| {
        let rest = directory.to_str().and_then(|directory| directory.strip_prefix(folder));
        // Of one that is gone it says ` (deleted)`.
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ' ']))
    })
}
