//! Programs as test cases.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Output, Stdio, Termination};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::compare::{errors, text};
use crate::process::spawn;
use crate::programs::end_soon;

/// Holds the name of the scenario that the process is to be.
const SCENARIO: &str = "ATEXIT_TEST_SCENARIO";

/// May hold the file of the same test binary as built for a platform where no process starts another.
const PROGRAM: &str = "ATEXIT_TEST_PROGRAM";

/// A program, and what is promised of it.
pub struct Scenario {
    name: Cow<'static, str>,
    program: Box<dyn Fn() -> ExitCode + Send>,
    /// `None`, if it is no test by itself.
    expected: Option<Expected>,
}

/// What is promised of a program. Unless said otherwise it prints nothing, to neither stream, and ends with status 0.
#[derive(Clone)]
struct Expected {
    stdout: String,
    reports: Vec<String>,
    panics: bool,
    status: Status,
}

/// How a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// By exiting with this status.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl Status {
    /// How it ended.
    ///
    /// # Panics
    ///
    /// If the process didn't end.
    #[must_use]
    pub fn of(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Code(status.code().expect("the process ended"))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "status {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

/// A scenario: a process whose `main` is `program`.
pub fn scenario<T: Termination>(
    name: impl Into<Cow<'static, str>>,
    program: impl Fn() -> T + Send + 'static,
) -> Scenario {
    Scenario {
        name: name.into(),
        program: Box::new(move || program().report()),
        expected: Some(Expected { stdout: String::new(), reports: Vec::new(), panics: false, status: Status::Code(0) }),
    }
}

/// A program that is no test by itself: tests start it by its name, with [`program`], and see for themselves.
pub fn helper<T: Termination>(
    name: impl Into<Cow<'static, str>>,
    program: impl Fn() -> T + Send + 'static,
) -> Scenario {
    Scenario { expected: None, ..scenario(name, program) }
}

impl Scenario {
    /// It prints this to standard output, and nothing else.
    #[must_use]
    pub fn prints(self, stdout: &str) -> Self {
        self.promise(|expected| stdout.clone_into(&mut expected.stdout))
    }

    /// Standard error holds this line of ours, in this order with others. Line numbers in parentheses are written
    /// `:N)`.
    #[must_use]
    pub fn reports(self, line: &str) -> Self {
        self.promise(|expected| expected.reports.push(line.to_owned()))
    }

    /// Rust's panic hook may write to standard error, too.
    #[must_use]
    pub fn panics(self) -> Self {
        self.promise(|expected| expected.panics = true)
    }

    /// It exits with this status.
    #[must_use]
    pub fn exits(self, code: i32) -> Self {
        self.ends(Status::Code(code))
    }

    /// It is killed by this signal.
    #[must_use]
    pub fn killed_by(self, signal: i32) -> Self {
        self.ends(Status::Signal(signal))
    }

    /// It ends so.
    #[must_use]
    pub fn ends(self, status: Status) -> Self {
        self.promise(|expected| expected.status = status)
    }

    /// It is killed unless it ends soon: for one that hangs where the promise is broken.
    #[must_use]
    pub fn ends_soon(self) -> Self {
        let program = self.program;
        let program = Box::new(move || {
            end_soon();
            program()
        });
        Self { program, ..self }
    }

    /// It is no test by itself, if `is_left_out`: for what a platform's emulator can't do.
    #[must_use]
    pub fn unless(self, is_left_out: bool) -> Self {
        Self { expected: self.expected.filter(|_| !is_left_out), ..self }
    }

    fn promise(mut self, promise: impl FnOnce(&mut Expected)) -> Self {
        self.expected.as_mut().map(promise);
        self
    }

    fn trial(&self) -> Option<Trial> {
        let (name, expected) = (self.name.clone(), self.expected.clone()?);
        Some(Trial::test(name.clone(), move || expected.check(&output(program(&name))?)))
    }
}

impl Expected {
    fn check(&self, output: &Output) -> Result<(), Failed> {
        let stdout = text(&output.stdout);
        let stderr = errors(&output.stderr);
        let (reports, rest): (Vec<String>, Vec<String>) =
            stderr.lines().map(without_line_number).partition(|line| line.starts_with("atexit: "));
        let wrong = if stdout != self.stdout {
            format!("standard output should be {:?}", self.stdout)
        } else if reports != self.reports {
            format!("the reports should be {:#?}, not {reports:#?}", self.reports)
        } else if !(rest.is_empty() || self.panics) {
            "standard error should hold nothing else".to_owned()
        } else if Status::of(output.status) != self.status {
            format!("it should end with {}", self.status)
        } else {
            return Ok(());
        };
        let status = Status::of(output.status);
        Err(format!("{wrong}\n--- standard output\n{stdout}\n--- standard error\n{stderr}\n--- {status}").into())
    }
}

/// Writes `(file.rs:12)` as `(file.rs:N)`, and `\` as `/`, which compilers on Windows don't have in the file's path.
fn without_line_number(line: &str) -> String {
    let mut parts = line.split_inclusive(')');
    parts
        .by_ref()
        .map(|part| {
            let digits = part.trim_end_matches(')').rsplit(':').next().unwrap_or_default();
            if part.contains(".rs:") && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                format!("{}:N)", part.trim_end_matches(')').trim_end_matches(digits).trim_end_matches(':'))
            } else {
                part.to_owned()
            }
        })
        .collect::<String>()
        .replace('\\', "/")
}

/// The `main` of a test binary: the scenario that it is started for, or else the test runner. `trials` makes
/// further tests, in the runner only.
///
/// # Panics
///
/// If it is started for a scenario that there isn't.
pub fn main(scenarios: Vec<Scenario>, trials: impl FnOnce() -> Vec<Trial>) -> ExitCode {
    main_with_table(Vec::new(), scenarios, trials)
}

/// The same for a test binary some of whose scenarios are the rows of a table, which is printed at the end: what each
/// of them printed to standard output, and how it ended. Then it says with which compiler and C runtime.
///
/// # Panics
///
/// As [`main`].
pub fn main_with_table(rows: Vec<Scenario>, scenarios: Vec<Scenario>, trials: impl FnOnce() -> Vec<Trial>) -> ExitCode {
    if let Ok(name) = env::var(SCENARIO) {
        let found = rows.into_iter().chain(scenarios).find(|scenario| scenario.name == name);
        return (found.expect("the scenario's name is one of this binary's").program)();
    }
    if cfg!(target_family = "wasm") {
        // No process starts another there: a runner on another platform starts the scenarios, for `.ci/platforms`.
        print_tools(&rows);
        return ExitCode::SUCCESS;
    }
    let table = Arc::new(Mutex::new(BTreeMap::new()));
    let row = |(number, row): (usize, &Scenario)| {
        let (name, expected, table) = (row.name.clone(), row.expected.clone()?, Arc::clone(&table));
        let title = name.clone();
        let trial = move || {
            let output = output(program(&name))?;
            let line = format!("| {name} | `{}` | {} |", text(&output.stdout).trim_end(), Status::of(output.status));
            table.lock().map_err(|_| "another row panicked")?.insert(number, line);
            expected.check(&output)
        };
        Some(Trial::test(title, trial))
    };
    let mut tests: Vec<Trial> = rows.iter().enumerate().filter_map(row).collect();
    tests.extend(scenarios.iter().filter_map(Scenario::trial));
    tests.extend(trials());
    let mut arguments = Arguments::from_args();
    if cfg!(emulator = "qemu") {
        // Where one of several threads forks, locks of qemu's own may stay locked in the child forever: seen with qemu
        // 7.2, between the fork of the runner and the start of the program.
        arguments.test_threads = Some(1);
    }
    let conclusion = libtest_mimic::run(&arguments, tests);
    for line in table.lock().expect("no row panicked").values() {
        println!("{line}");
    }
    print_tools(&rows);
    conclusion.exit_code()
}

/// Prints with which compiler, for which target and, where it tells its version, with which C runtime the table was
/// made.
fn print_tools(rows: &[Scenario]) {
    if rows.is_empty() {
        return;
    }
    print!("rustc {}, {}", env!("ATEXIT_TEST_RUSTC"), env!("ATEXIT_TEST_TARGET"));
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: it gives a string that is never freed.
        let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
        print!(", glibc {}", version.to_string_lossy());
    }
    println!();
}

/// Whether this process is a scenario, and not the test runner.
#[must_use]
pub fn is_scenario() -> bool {
    env::var_os(SCENARIO).is_some()
}

/// This test binary, or the same one of the platform that the environment names, to be started as that scenario.
///
/// # Panics
///
/// If this binary can't be found.
#[must_use]
pub fn program(scenario: &str) -> Command {
    let this = || env::current_exe().expect("this binary has a path");
    let mut command = child(&env::var_os(PROGRAM).map_or_else(this, PathBuf::from));
    // A backtrace is the panic hook's business, and slow.
    command.env(SCENARIO, scenario).env_remove("RUST_BACKTRACE");
    command
}

/// Runs a program to its end. One that hangs is killed, which is an error that says so.
///
/// # Errors
///
/// If it can't be started, or hangs.
///
/// # Panics
///
/// Never.
pub fn output(mut command: Command) -> Result<Output, Failed> {
    let mut child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let stdout = read(child.stdout.take().expect("it is piped"));
    let stderr = read(child.stderr.take().expect("it is piped"));
    let started = Instant::now();
    while child.try_wait()?.is_none() {
        if started.elapsed() > HANGS {
            child.kill()?;
            child.wait()?;
            // The pipes may be held open by its children, so they are not read to the end.
            return Err(format!("{command:?} hangs").into());
        }
        thread::sleep(Duration::from_millis(1));
    }
    let gone = |_| "the thread that reads the program's output has gone";
    Ok(Output { status: child.wait()?, stdout: stdout.join().map_err(gone)?, stderr: stderr.join().map_err(gone)? })
}

/// Far longer than any program of the tests takes, on however busy a machine.
const HANGS: Duration = Duration::from_secs(120);

/// Reads to the end on a thread of its own, so that a program which writes much to both streams isn't held up.
fn read(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is compared all the same.
        let _ = stream.read_to_end(&mut bytes);
        bytes
    })
}

/// Starts the program `exe`, which is of the target that the tests are for.
///
/// # Panics
///
/// Never.
#[must_use]
pub fn child(exe: &Path) -> Command {
    let prefix = env::var("CROSS_CHILD_RUNNER").unwrap_or_default();
    let mut words = prefix.split_whitespace().map(OsString::from).chain([exe.as_os_str().to_owned()]);
    let mut command = Command::new(words.next().expect("the program is a word"));
    command.args(words);
    command
}
