//! What the programs print and leave, and how they end.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use atexit_test_support::{
    Build, Failed, IS_QEMU, Left, Need, Process, SIGINT, SIGTERM, Status, Trial, cargo, needs, same, scratch,
};

use crate::page::{TESTING, block};
use crate::programs::{WORKING, program, working};

/// Far longer than anything here takes, on however busy a machine.
const HANGS: Duration = Duration::from_secs(60);

const NEXTEST: Need = Need::program("cargo-nextest", "cargo-nextest", &["nextest", "--version"]);

type Test = fn() -> Result<(), Failed>;

pub(crate) fn trials() -> Vec<Trial> {
    let tests: [(&str, Test); 19] = [
        ("axum_answers_the_request_in_flight_at_sigterm", axum),
        ("tokio_closes_the_pool_in_every_way", || in_every_way("tokio", "The pool is closed.\n")),
        ("appender_writes_the_last_line_in_every_way", appender),
        ("child_is_gone_in_every_way", child),
        ("help_leaves_the_state_alone", || help(&["--help"], 0, "before")),
        ("help_leaves_the_state_alone_at_a_wrong_argument", || help(&["--word"], 2, "before")),
        ("help_saves_the_state_that_was_loaded", || help(&[" and after"], 0, "before and after")),
        ("folder_is_deleted_after_success_and_kept_after_failure", folder),
        ("locals_are_dropped_before_handlers_run", || {
            prints("locals", "", 3, "The connection is closed.\nHandlers run after that.\n", "")
        }),
        ("session_ends_with_its_status", || prints("session", "", 3, "failure: the session ended with status 3\n", "")),
        ("upload_is_done_after_success", || prints("upload", "", 0, "The results are uploaded.\n", "")),
        ("upload_is_not_done_after_failure", || prints("upload", "exit", 3, "", "")),
        ("statics_are_dropped", statics),
        ("mutex_that_is_locked_is_reported", || {
            let report =
                "atexit: handler mutex::write_lines (mutex.rs:16) failed: \"locked: the last lines are lost\"\n";
            prints("mutex", "", 0, "", report)
        }),
        ("daemon_keeps_its_pid_file_until_it_ends", daemon),
        ("coverage_needs_an_exit_after_the_signal", || {
            let process = working("coverage", &scratch("recipe_coverage"))?;
            process.signal(SIGTERM)?;
            same("the exit", process.end()?.status.to_string(), &Status::Code(128 + SIGTERM).to_string())
        }),
        ("status_is_1_after_a_failed_cleanup", status),
        ("method_is_unregistered_by_its_registration", || prints("method", "", 0, "other is stopped\n", "")),
        ("one_server_passes_and_leaves_no_server", || {
            // A server that went on would hold its output.
            passes(&Process::run(program("one_server", &scratch("recipe_one_server"), "")?)?)
        }),
    ];
    let mut trials: Vec<Trial> = tests.into_iter().map(|(name, test)| Trial::test(name, test)).collect();
    // It starts itself. Through qemu that takes a system that knows which programs need it.
    if !IS_QEMU {
        trials.push(Trial::test("removes_passes", || {
            passes(&Process::run(program("removes", &scratch("recipe_removes"), "")?)?)
        }));
    }
    let nextest = vec![
        Trial::test("all_tests_find_the_server_of_the_program", all_tests_by_program),
        Trial::test("all_tests_find_the_server_of_the_setup_script", all_tests_by_script),
    ];
    trials.extend(needs(&NEXTEST, nextest));
    trials
}

/// Runs it to its end, and compares all that it leaves.
fn prints(name: &str, work: &str, status: i32, stdout: &str, stderr: &str) -> Result<(), Failed> {
    let left = Process::run(program(name, &scratch(&format!("recipe_{name}_{work}")), work)?)?;
    same("standard output", &left.stdout, stdout)?;
    same("standard error", &left.stderr, stderr)?;
    same("the exit", left.status.to_string(), &Status::Code(status).to_string())
}

fn passes(left: &Left) -> Result<(), Failed> {
    if left.succeeded() { Ok(()) } else { Err(format!("{left:#?}").into()) }
}

/// What is expected of how it ends, for each that the stand-in knows, and for the signals.
const WAYS: [(&str, Status); 5] = [
    ("", Status::Code(0)),
    ("exit", Status::Code(3)),
    ("panic", Status::Code(101)),
    ("wait", Status::Signal(SIGINT)),
    ("wait", Status::Signal(SIGTERM)),
];

/// Ends it in each way in a folder of its own, and hands what it left to `look`, with that folder.
fn each_way(name: &str, look: impl Fn(&Left, &Path) -> Result<(), Failed>) -> Result<(), Failed> {
    for (work, status) in WAYS {
        let folder = scratch(&format!("recipe_{name}"));
        let left = if let Status::Signal(signal) = status {
            let process = working(name, &folder)?;
            process.signal(signal)?;
            process.end()?
        } else {
            Process::run(program(name, &folder, work)?)?
        };
        same("the exit", left.status.to_string(), &status.to_string())?;
        look(&left, &folder)?;
    }
    Ok(())
}

/// It prints this in each way, after what the stand-in prints.
fn in_every_way(name: &str, after: &str) -> Result<(), Failed> {
    each_way(name, |left, _| {
        let waited = if matches!(left.status, Status::Signal(_)) { WORKING } else { "" };
        same("standard output", &left.stdout, &format!("{waited}{after}"))
    })
}

fn axum() -> Result<(), Failed> {
    let mut process = Process::start(program("axum", &scratch("recipe_axum"), "")?)?;
    process.wait_for("\n")?;
    let printed = process.printed();
    let address = printed.trim_end().strip_prefix("Listening on ").ok_or("it should say where it listens")?;
    let mut client = BufReader::new(TcpStream::connect(address)?);
    client
        .get_mut()
        .write_all(b"POST / HTTP/1.1\r\nHost: demo\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")?;
    let mut line = String::new();
    // Now the server waits for what the request still lacks.
    client.read_line(&mut line)?;
    same("the first line", &line, "HTTP/1.1 100 Continue\r\n")?;

    process.signal(SIGTERM)?;
    until("new clients are refused", || TcpStream::connect(address).is_err())?;
    client.get_mut().write_all(b"Ada")?;
    let mut answer = String::new();
    client.read_to_string(&mut answer)?;
    if !answer.contains("HTTP/1.1 200 OK\r\n") || !answer.ends_with("\r\n\r\nHello, Ada!\n") {
        return Err(format!("this isn't the answer: {answer}").into());
    }
    let left = process.end()?;
    same("the exit", left.status.to_string(), &Status::Signal(SIGTERM).to_string())?;
    same("standard error", left.stderr, "")
}

fn appender() -> Result<(), Failed> {
    each_way("appender", |_, folder| {
        let log = fs::read_to_string(folder.join("app.log"))?;
        let ends: Vec<&str> = log.lines().map(|line| line.rsplit(": ").next().unwrap_or_default()).collect();
        let all: Vec<String> = (1..=5_000).map(|line| line.to_string()).chain(["the last line".to_owned()]).collect();
        same("the log", ends.join("\n"), &all.join("\n"))
    })
}

fn child() -> Result<(), Failed> {
    each_way("child", |left, _| {
        let number = left.stdout.lines().next().and_then(|line| line.split(' ').nth(1));
        let number = number.ok_or("it should say which process it starts")?;
        // Its output is at its end, which isn't so while the child has it; and nobody waits for the child any more.
        if send("0", number)? { Err(format!("process {number} is still there").into()) } else { Ok(()) }
    })
}

fn help(arguments: &[&str], status: i32, state: &str) -> Result<(), Failed> {
    let folder = scratch(&format!("recipe_help_{status}_{}", state.len()));
    let run = || {
        Process::run({
            let mut program = program("help", &folder, "")?;
            program.args(arguments);
            program
        })
    };
    fs::write(folder.join("state.txt"), "before")?;
    let left = run()?;
    same("the exit", left.status.to_string(), &Status::Code(status).to_string())?;
    same("the state", fs::read_to_string(folder.join("state.txt"))?, state)?;
    // Where there is nothing to load, nothing is saved either.
    fs::remove_file(folder.join("state.txt"))?;
    run()?;
    if folder.join("state.txt").exists() { Err("it saves what it hasn't loaded".into()) } else { Ok(()) }
}

fn folder() -> Result<(), Failed> {
    each_way("folder", |left, folder| {
        let kept = usize::from(!left.succeeded());
        same("how many are kept", fs::read_dir(folder)?.count().to_string(), &kept.to_string())?;
        let named = left.stderr.matches("The files of the failed run are in ").count();
        same("how many are named", named.to_string(), &kept.to_string())
    })
}

fn statics() -> Result<(), Failed> {
    let folder = scratch("recipe_statics");
    passes(&Process::run(program("statics", &folder, "")?)?)?;
    same("what is left", fs::read_dir(&folder)?.count().to_string(), "0")
}

fn daemon() -> Result<(), Failed> {
    let folder = scratch("recipe_daemon");
    // It goes to another folder.
    let (file, at_work) = (folder.join("demo.pid"), folder.join("working"));
    let mut start = program("daemon", &folder, "wait")?;
    start.env("PID_FILE", &file).env("WORKING", &at_work);
    passes(&Process::run(start)?)?;
    until("the daemon is at work", || at_work.exists())?;
    let number = fs::read_to_string(&file)?;
    send("TERM", &number)?;
    let is_removed = until("the daemon has removed its file", || !file.exists());
    // Nobody else would end it.
    send("KILL", &number)?;
    is_removed
}

fn status() -> Result<(), Failed> {
    let left = Process::run(program("status", &scratch("recipe_status"), "")?)?;
    same("the exit", left.status.to_string(), &Status::Code(1).to_string())?;
    if left.stderr.starts_with("handler status::main::{{closure}} (status.rs:13) failed: ") {
        return Ok(());
    }
    Err(format!("this isn't the report: {}", left.stderr).into())
}

/// A project whose tests ask for the server.
fn project(name: &str) -> Result<PathBuf, Failed> {
    let folder = scratch(name);
    fs::create_dir_all(folder.join("tests"))?;
    fs::create_dir_all(folder.join(".config"))?;
    fs::write(folder.join("Cargo.toml"), "[package]\nname = 'asks'\nedition = '2024'\n\n[workspace]\n")?;
    let test = "#[test]\nfn NAME() {\n    assert_eq!(std::env::var(\"SERVER_PORT\").as_deref(), Ok(\"5432\"));\n}\n";
    fs::write(folder.join("tests/asks.rs"), test.replace("NAME", "one") + &test.replace("NAME", "two"))?;
    // Built here: the time that a process may take is for running them.
    Build::of(folder.clone(), &["--tests"]).run()?;
    Ok(folder)
}

/// The environment that the repository's tests have of cargo isn't for the project's.
fn in_project(folder: &Path, mut command: Command) -> Command {
    for (variable, value) in cargo(folder).get_envs() {
        match value {
            Some(value) => command.env(variable, value),
            None => command.env_remove(variable),
        };
    }
    command
}

fn all_tests_by_program() -> Result<(), Failed> {
    let folder = project("recipe_all_tests")?;
    let run = in_project(&folder, program("all_tests", &folder, "")?);
    // A server that went on would hold the output.
    two_pass(&Process::run(run)?)?;
    // Without a test to run, nextest exits with 4.
    let mut run = in_project(&folder, program("all_tests", &folder, "")?);
    run.arg("no_such_test");
    same("the exit", Process::run(run)?.status.to_string(), &Status::Code(4).to_string())
}

fn all_tests_by_script() -> Result<(), Failed> {
    const TITLE: &str = "`cargo nextest`: one server for the whole run";
    let folder = project("recipe_script")?;
    fs::write(folder.join(".config/nextest.toml"), block(TESTING, TITLE, "toml")?)?;
    // To be told from the others' servers.
    let number = folder.join("number");
    let script = block(TESTING, TITLE, "sh")? + &format!("echo $server >{}\n", number.display());
    fs::write(folder.join(".config/server.sh"), script)?;
    let mut run = Command::new("cargo-nextest");
    run.args(["nextest", "run"]).current_dir(&folder);
    two_pass(&Process::run(in_project(&folder, run))?)?;
    let number = fs::read_to_string(number)?;
    until("the server is stopped", || !send("0", number.trim()).unwrap_or(true))
}

fn two_pass(left: &Left) -> Result<(), Failed> {
    if left.succeeded() && left.stderr.contains("2 tests run: 2 passed") {
        return Ok(());
    }
    Err(format!("{left:#?}").into())
}

/// Sends a signal, by what every shell has for that. Returns whether there is such a process.
fn send(signal: &str, number: &str) -> io::Result<bool> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -s $0 $1", signal, number]);
    Ok(shell.output()?.status.success())
}

fn until(what: &str, is_so: impl Fn() -> bool) -> Result<(), Failed> {
    let started = Instant::now();
    while !is_so() {
        if started.elapsed() > HANGS {
            return Err(format!("it should come to this: {what}").into());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
