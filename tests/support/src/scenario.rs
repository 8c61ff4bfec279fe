//! Programs as test cases.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Termination};
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::deadline::{TOLD_BY_C, UNKNOWN};
use crate::process::{Left, Process};
use crate::programs::end_soon;
use crate::skip::{Need, needs};

/// Holds the name of the scenario that the process is to be.
const SCENARIO: &str = "ATEXIT_TEST_SCENARIO";

/// May hold the file of the same test binary as built for a platform where no process starts another.
const PROGRAM: &str = "ATEXIT_TEST_PROGRAM";

/// A program, and what is promised of it.
pub struct Scenario {
    program: Program,
    /// `None`, if another scenario of that name has it.
    main: Option<Box<dyn Fn() -> ExitCode>>,
    /// `None`, if it is no test by itself.
    expected: Option<Expected>,
    /// How many times it is run once more, if it is.
    times: Option<u32>,
    tests: Vec<Test>,
    needs: Option<&'static Need>,
    is_left_out: bool,
}

/// How the program of a scenario is started.
#[derive(Clone)]
pub struct Program {
    name: Cow<'static, str>,
    prepare: fn(&mut Command) -> Result<(), Failed>,
}

/// A test of a program that says by itself how it starts it, and what it expects.
struct Test {
    name: String,
    test: Box<Steps>,
}

type Steps = dyn FnOnce(&Program) -> Result<(), Failed> + Send;

/// What is promised of a program. Unless said otherwise it prints nothing, to neither stream, and ends with status 0.
#[derive(Clone)]
struct Expected {
    stdout: String,
    reports: Vec<String>,
    panics: bool,
    /// One of these.
    statuses: Vec<Status>,
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

/// A scenario: a process whose `main` is `main`. It is a test of that name.
pub fn scenario<T: Termination>(name: impl Into<Cow<'static, str>>, main: impl Fn() -> T + 'static) -> Scenario {
    let expected =
        Expected { stdout: String::new(), reports: Vec::new(), panics: false, statuses: vec![Status::Code(0)] };
    Scenario { expected: Some(expected), ..helper(name, main) }
}

/// A program that is no test by itself: tests that are added to it start it, and see for themselves.
pub fn helper<T: Termination>(name: impl Into<Cow<'static, str>>, main: impl Fn() -> T + 'static) -> Scenario {
    Scenario { main: Some(Box::new(move || main().report())), ..also(name) }
}

/// The program of another scenario, to which tests are added here.
pub fn also(name: impl Into<Cow<'static, str>>) -> Scenario {
    Scenario {
        program: Program { name: name.into(), prepare: |_| Ok(()) },
        main: None,
        expected: None,
        times: None,
        tests: Vec::new(),
        needs: None,
        is_left_out: false,
    }
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

    /// It may exit with this status as well.
    #[must_use]
    pub fn or_exits(self, code: i32) -> Self {
        self.promise(|expected| expected.statuses.push(Status::Code(code)))
    }

    /// It is killed by this signal.
    #[must_use]
    pub fn killed_by(self, signal: i32) -> Self {
        self.ends(Status::Signal(signal))
    }

    /// It ends so.
    #[must_use]
    pub fn ends(self, status: Status) -> Self {
        self.promise(|expected| expected.statuses = vec![status])
    }

    /// It is killed unless it ends soon: for one that hangs where the promise is broken.
    ///
    /// # Panics
    ///
    /// If another scenario has the program.
    #[must_use]
    pub fn ends_soon(self) -> Self {
        let main = self.main.expect("it is the scenario that has the program");
        let main: Box<dyn Fn() -> ExitCode> = Box::new(move || {
            end_soon();
            main()
        });
        Self { main: Some(main), ..self }
    }

    /// It is run so often once more, as another test: a race, of which one run shows little.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times_here(times)), ..self }
    }

    /// Before it is started, this is done to its command.
    #[must_use]
    pub fn prepared(mut self, prepare: fn(&mut Command) -> Result<(), Failed>) -> Self {
        self.program.prepare = prepare;
        self
    }

    /// A test of that name starts it, and sees for itself.
    #[must_use]
    pub fn test(
        mut self,
        name: impl Into<String>,
        test: impl FnOnce(&Program) -> Result<(), Failed> + Send + 'static,
    ) -> Self {
        self.tests.push(Test { name: name.into(), test: Box::new(test) });
        self
    }

    /// Its tests need that.
    #[must_use]
    pub fn needs(self, need: &'static Need) -> Self {
        Self { needs: Some(need), ..self }
    }

    /// There is no test of it, if `is_left_out`: for what a platform's emulator can't do.
    #[must_use]
    pub fn unless(self, is_left_out: bool) -> Self {
        Self { is_left_out, ..self }
    }

    fn promise(mut self, promise: impl FnOnce(&mut Expected)) -> Self {
        self.expected.as_mut().map(promise);
        self
    }

    /// Its tests. `look` sees what it leaves when it is run as a test by itself.
    fn trials(self, look: impl Fn(&Left) + Send + 'static) -> Vec<Trial> {
        if self.is_left_out {
            return Vec::new();
        }
        let program = self.program;
        let mut trials = Vec::new();
        if let Some(expected) = self.expected {
            if let Some(times) = self.times {
                let (program, expected) = (program.clone(), expected.clone());
                let name = format!("{}_{}", program.name, in_words(times));
                trials.push(Trial::test(name, move || (0..times).try_for_each(|_| expected.check(&program.run()?))));
            }
            let (name, program) = (program.name.clone(), program.clone());
            let trial = move || {
                let left = program.run()?;
                look(&left);
                expected.check(&left)
            };
            trials.push(Trial::test(name, trial));
        }
        trials.extend(self.tests.into_iter().map(|Test { name, test }| {
            let program = program.clone();
            Trial::test(name, move || test(&program))
        }));
        match self.needs {
            Some(need) if !trials.is_empty() => needs(need, trials),
            _ => trials,
        }
    }
}

/// So often where a process that runs so often is repeated: less often where one takes long, under qemu and with a
/// sanitizer.
#[must_use]
pub fn times_here(times: u32) -> u32 {
    let slower = if crate::IS_QEMU {
        20
    } else if cfg!(atexit_small_bounds) {
        10
    } else {
        1
    };
    times.div_ceil(slower)
}

/// How the name of a test ends that does something so often.
fn in_words(times: u32) -> String {
    match times {
        100 => "a_hundred_times".to_owned(),
        200 => "two_hundred_times".to_owned(),
        _ => format!("{times}_times"),
    }
}

impl Program {
    /// What starts it.
    ///
    /// # Errors
    ///
    /// If what it needs can't be prepared.
    pub fn command(&self) -> Result<Command, Failed> {
        let mut command = program(&self.name);
        (self.prepare)(&mut command)?;
        Ok(command)
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// If that can't be done.
    pub fn start(&self) -> Result<Process, Failed> {
        Ok(Process::start(self.command()?)?)
    }

    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// If it can't be started, or as [`Process::end`].
    pub fn run(&self) -> Result<Left, Failed> {
        Process::run(self.command()?)
    }
}

impl Expected {
    fn check(&self, Left { stdout, stderr, status }: &Left) -> Result<(), Failed> {
        let (reports, rest): (Vec<String>, Vec<String>) =
            stderr.lines().map(without_line_number).partition(|line| line.starts_with("atexit: "));
        let wrong = if *stdout != self.stdout {
            format!("standard output should be {:?}", self.stdout)
        } else if reports != self.reports {
            format!("the reports should be {:#?}, not {reports:#?}", self.reports)
        } else if !(rest.is_empty() || self.panics) {
            "standard error should hold nothing else".to_owned()
        } else if !self.statuses.contains(status) {
            let statuses: Vec<String> = self.statuses.iter().map(ToString::to_string).collect();
            format!("it should end with {}", statuses.join(" or "))
        } else {
            return Ok(());
        };
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
        let mut all = rows.into_iter().chain(scenarios).filter(|scenario| scenario.program.name == name);
        return all.find_map(|scenario| scenario.main).expect("the scenario's name is one of this binary's")();
    }
    let has_table = !rows.is_empty();
    if cfg!(target_family = "wasm") {
        // No process starts another there: a runner on another platform starts the scenarios, for `.ci/platforms`.
        print_tools(has_table);
        return ExitCode::SUCCESS;
    }
    let table = Arc::new(Mutex::new(BTreeMap::new()));
    let row = |(number, row): (usize, Scenario)| {
        let (name, table) = (row.program.name.clone(), Arc::clone(&table));
        row.trials(move |Left { stdout, status, .. }| {
            let line = format!("| {name} | `{}` | {status} |", stdout.trim_end());
            table.lock().expect("no row panicked").insert(number, line);
        })
    };
    let mut tests: Vec<Trial> = rows.into_iter().enumerate().flat_map(row).collect();
    tests.extend(scenarios.into_iter().flat_map(|scenario| scenario.trials(|_| ())));
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
    print_tools(has_table);
    conclusion.exit_code()
}

/// Prints with which compiler, for which target and, where it tells its version, with which C runtime the table was
/// made.
fn print_tools(has_table: bool) {
    if !has_table {
        return;
    }
    print!("rustc {}, {}", env!("ATEXIT_TEST_RUSTC"), env!("ATEXIT_TEST_TARGET"));
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let (major, minor) = glibc_version();
        print!(", glibc {major}.{minor}");
    }
    println!();
}

/// As [`TOLD_BY_C`], with the status.
#[must_use]
pub fn told_by_c(code: i32) -> String {
    // Programs that are started for another platform are WASI's.
    let told = if env::var_os(PROGRAM).is_some() { UNKNOWN } else { TOLD_BY_C };
    told.replace('N', &code.to_string())
}

/// The version of glibc that this process has.
///
/// # Panics
///
/// If it isn't two numbers.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[must_use]
pub fn glibc_version() -> (u32, u32) {
    // SAFETY: it gives a string that is never freed.
    let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
    let numbers = version.to_str().ok().and_then(|version| version.split_once('.'));
    let number = |digits: &str| digits.parse().expect("a number");
    let (major, minor) = numbers.expect("a version of two numbers");
    (number(major), number(minor))
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
