//! Programs as test cases.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Output, Termination};

use libtest_mimic::{Arguments, Failed, Trial};

/// Holds the name of the scenario that the process is to be.
const SCENARIO: &str = "ATEXIT_TEST_SCENARIO";

/// A program, and what is promised of it.
pub struct Scenario {
    name: &'static str,
    program: Box<dyn Fn() -> ExitCode + Send>,
    expected: Expected,
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
pub fn scenario<T: Termination>(name: &'static str, program: impl Fn() -> T + Send + 'static) -> Scenario {
    Scenario {
        name,
        program: Box::new(move || program().report()),
        expected: Expected { stdout: String::new(), reports: Vec::new(), panics: false, status: Status::Code(0) },
    }
}

impl Scenario {
    /// It prints this to standard output, and nothing else.
    #[must_use]
    pub fn prints(mut self, stdout: &str) -> Self {
        self.expected.stdout = stdout.to_owned();
        self
    }

    /// Standard error holds this line of ours, in this order with others. Line numbers in parentheses are written `:N)`.
    #[must_use]
    pub fn reports(mut self, line: &str) -> Self {
        self.expected.reports.push(line.to_owned());
        self
    }

    /// Rust's panic hook may write to standard error, too.
    #[must_use]
    pub fn panics(mut self) -> Self {
        self.expected.panics = true;
        self
    }

    /// It exits with this status.
    #[must_use]
    pub fn exits(mut self, code: i32) -> Self {
        self.expected.status = Status::Code(code);
        self
    }

    /// It is killed by this signal.
    #[must_use]
    pub fn killed_by(mut self, signal: i32) -> Self {
        self.expected.status = Status::Signal(signal);
        self
    }

    fn trial(&self) -> Trial {
        let (name, expected) = (self.name, self.expected.clone());
        Trial::test(name, move || expected.check(&program(name).output()?))
    }
}

impl Expected {
    fn check(&self, output: &Output) -> Result<(), Failed> {
        let stdout = text(&output.stdout);
        let stderr = text(&output.stderr);
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

fn text(bytes: &[u8]) -> String {
    // On Windows, C's streams end lines with two characters.
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

/// Writes `(file.rs:12)` as `(file.rs:N)`.
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
        .collect()
}

/// The `main` of a test binary: the scenario that it is started for, or else the test runner. `trials` are further tests.
///
/// # Panics
///
/// If it is started for a scenario that there isn't.
pub fn main(scenarios: Vec<Scenario>, trials: Vec<Trial>) -> ExitCode {
    if let Ok(name) = env::var(SCENARIO) {
        let found = scenarios.into_iter().find(|scenario| scenario.name == name);
        return (found.expect("the scenario's name is one of this binary's").program)();
    }
    let mut tests: Vec<Trial> = scenarios.iter().map(Scenario::trial).collect();
    tests.extend(trials);
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

/// This test binary, to be started as that scenario.
///
/// # Panics
///
/// If this binary can't be found.
#[must_use]
pub fn program(scenario: &str) -> Command {
    let mut command = child(&env::current_exe().expect("this binary has a path"));
    // A backtrace is the panic hook's business, and slow.
    command.env(SCENARIO, scenario).env_remove("RUST_BACKTRACE");
    command
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
