//! The deadline and the trace.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use atexit::set_deadline;
#[cfg(unix)]
use atexit::signals;
use atexit_test_support::{Failed, Left, Process, Scenario, Status, Trial, helper, program, scenario};
#[cfg(unix)]
use libc::SIGTERM;

use crate::programs::register_letters;
#[cfg(unix)]
use crate::programs::say;

const SHORT: Duration = Duration::from_millis(500);

fn sleeps_for_long() {
    thread::sleep(Duration::from_secs(60));
}

fn fails() -> Result<(), &'static str> {
    thread::sleep(Duration::from_millis(20));
    Err("failed")
}

/// Two handlers that wait behind one that is stuck.
fn register_one_that_is_stuck() {
    register_letters("ab");
    atexit::register(sleeps_for_long);
    register_letters("c");
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("an_exit_within_the_deadline_is_an_ordinary_one", || {
            set_deadline(Some(Duration::from_secs(60)));
            register_letters("a");
        })
        .prints("aD"),
        scenario("what_run_runs_before_exit_has_no_deadline", || {
            set_deadline(Some(Duration::from_millis(50)));
            atexit::register(|| thread::sleep(Duration::from_millis(300)));
            atexit::run();
            print!("|");
        })
        .prints("D|"),
        scenario("the_deadline_can_be_lifted_in_a_handler", || {
            set_deadline(Some(Duration::from_millis(300)));
            register_letters("a");
            atexit::register(|| thread::sleep(Duration::from_millis(600)));
            atexit::register(|| set_deadline(None));
        })
        .prints("aD"),
        helper("stuck_for_ever", || {
            set_deadline(Some(SHORT));
            register_one_that_is_stuck();
        }),
        helper("stuck_on_a_thread", || {
            set_deadline(Some(SHORT));
            register_letters("ab");
            atexit::register(atexit::on_thread(sleeps_for_long));
            register_letters("c");
        }),
        helper("stuck_with_a_deadline_that_a_handler_sets", || {
            register_one_that_is_stuck();
            atexit::register(|| set_deadline(Some(SHORT)));
        }),
        helper("stuck_in_exit_of_a_thread", || {
            set_deadline(Some(SHORT));
            register_one_that_is_stuck();
            let _ = thread::spawn(|| atexit::exit(3)).join();
        }),
        #[cfg(unix)]
        helper("stuck_after_a_signal", || {
            signals::install().unwrap();
            set_deadline(Some(SHORT));
            register_one_that_is_stuck();
            say("ready ");
            sleeps_for_long();
        }),
        helper("stuck_in_a_handler_that_another_thread_runs", || {
            static IS_IN: AtomicBool = AtomicBool::new(false);
            set_deadline(Some(SHORT));
            atexit::register(|| {
                IS_IN.store(true, Relaxed);
                sleeps_for_long();
            });
            thread::spawn(atexit::run);
            while !IS_IN.load(Relaxed) {
                thread::yield_now();
            }
        }),
        #[cfg(unix)]
        helper("stuck_in_run_when_a_signal_comes", || {
            signals::install().unwrap();
            set_deadline(Some(SHORT));
            atexit::register(|| {
                say("ready ");
                sleeps_for_long();
            });
            atexit::run();
        }),
        helper("stuck_while_standard_error_is_locked", || {
            set_deadline(Some(SHORT));
            atexit::register(|| {
                let _locked = std::io::stderr().lock();
                sleeps_for_long();
            });
        }),
        helper("exiting_in_the_last_handler", || {
            set_deadline(Some(Duration::from_secs(60)));
            register_letters("a");
            crate::exit_in_the_last_handler();
        }),
        helper("three_handlers_of_which_one_fails", || {
            register_letters("a");
            atexit::register(fails);
        }),
    ]
}

pub(crate) fn trials() -> Vec<Trial> {
    let is_stuck = "is still running after";
    let trial = |promise: &'static str, name: &'static str, stdout: &'static str| {
        Trial::test(promise, move || names_what_is_stuck(&left_by(name)?, stdout, Status::Code(124)))
    };
    vec![
        trial("a_handler_that_never_returns_is_named_when_the_deadline_has_passed", "stuck_for_ever", "c"),
        trial("a_handler_on_a_thread_that_never_returns_is_named", "stuck_on_a_thread", "c"),
        trial("a_handler_may_set_the_deadline", "stuck_with_a_deadline_that_a_handler_sets", "c"),
        // On Windows `exit` runs the handlers before `process::exit`, which has standard output flushed.
        trial("the_deadline_holds_on_every_thread", "stuck_in_exit_of_a_thread", if cfg!(windows) { "" } else { "c" }),
        #[cfg(unix)]
        Trial::test("when_the_deadline_has_passed_the_process_ends_by_the_signal_that_came", || {
            let mut process = Process::start(program("stuck_after_a_signal"))?;
            process.wait_for("ready ")?;
            process.signal(SIGTERM)?;
            names_what_is_stuck(&process.end()?, "ready ", Status::Signal(SIGTERM))
        }),
        Trial::test("a_handler_of_run_that_exit_waits_for_is_named", move || {
            let left = left_by("stuck_in_a_handler_that_another_thread_runs")?;
            let is_named = left.stderr.contains("timing::scenarios::") && left.stderr.contains(is_stuck);
            holds(is_named && left.status == Status::Code(124), &left)
        }),
        #[cfg(unix)]
        Trial::test("a_handler_of_run_that_a_signal_waits_for_is_named", move || {
            let mut process = Process::start(program("stuck_in_run_when_a_signal_comes"))?;
            process.wait_for("ready ")?;
            process.signal(SIGTERM)?;
            let left = process.end()?;
            let is_named = left.stderr.contains("timing::scenarios::") && left.stderr.contains("is still running");
            holds(is_named && left.status == Status::Signal(SIGTERM), &left)
        }),
        Trial::test("the_deadline_holds_even_if_standard_error_is_locked", || {
            let left = left_by("stuck_while_standard_error_is_locked")?;
            holds(left.status == Status::Code(124), &left)
        }),
        Trial::test("the_trace_tells_of_each_handler_and_sums_up", || {
            let mut command = program("three_handlers_of_which_one_fails");
            command.env("ATEXIT_TRACE", "1");
            let left = Process::start(command)?.end()?;
            let lines: Vec<String> = left.stderr.lines().map(without_numbers).collect();
            let (fails, letter) = (
                "signals::timing::fails (tests/signals/timing.rs:N)",
                "signals::programs::register_letters::{{closure}} (tests/signals/programs.rs:N)",
            );
            let annotated = "signals::annotated (tests/signals/main.rs:N)";
            let expected = [
                format!("atexit: running {fails}"),
                format!("atexit: handler {fails} failed: \"failed\""),
                format!("atexit: gave up {fails} after Nms"),
                format!("atexit: running {letter}"),
                format!("atexit: finished {letter} after Nms"),
                format!("atexit: running {annotated}"),
                format!("atexit: finished {annotated} after Nms"),
                "atexit: N handlers run, N failed, Nms in total".to_owned(),
            ];
            holds(lines == expected && left.stderr.contains(" 3 handlers run, 1 failed, "), &left)
        }),
        Trial::test("exit_in_the_last_handler_is_followed_by_the_sum", || {
            let mut command = program("exiting_in_the_last_handler");
            command.env("ATEXIT_TRACE", "1");
            let left = Process::start(command)?.end()?;
            let sums_up = left.stderr.lines().last().is_some_and(|line| line.contains(" 2 handlers run, 0 failed, "));
            holds(sums_up && left.status == Status::Code(3), &left)
        }),
        Trial::test("without_the_variable_there_is_no_trace", || {
            let left = left_by("an_exit_within_the_deadline_is_an_ordinary_one")?;
            left.is("aD", Status::Code(0))
        }),
    ]
}

fn left_by(name: &str) -> Result<Left, Failed> {
    Process::start(program(name))?.end()
}

/// It names the handler that is stuck, and those that are pending.
pub(crate) fn names_what_is_stuck(left: &Left, stdout: &str, status: Status) -> Result<(), Failed> {
    let lines: Vec<String> = left.stderr.lines().map(without_numbers).collect();
    let pending = "is still pending and will not run";
    let expected = [
        "atexit: the exit deadline of Nms has passed".to_owned(),
        "atexit: handler signals::timing::sleeps_for_long (tests/signals/timing.rs:N) is still running after Nms"
            .to_owned(),
        format!(
            "atexit: handler signals::programs::register_letters::{{{{closure}}}} (tests/signals/programs.rs:N) {pending}"
        ),
        format!(
            "atexit: handler signals::programs::register_letters::{{{{closure}}}} (tests/signals/programs.rs:N) {pending}"
        ),
        format!("atexit: handler signals::annotated (tests/signals/main.rs:N) {pending}"),
    ];
    holds(left.stdout == stdout && lines == expected && left.status == status, left)
}

fn holds(is_right: bool, left: &Left) -> Result<(), Failed> {
    if is_right { Ok(()) } else { Err(format!("{left:#?}").into()) }
}

/// Writes `N` for each number. A time that is short may be given in micro- or milliseconds.
fn without_numbers(line: &str) -> String {
    let mut result = String::new();
    for character in line.replace("µs", "ms").chars() {
        match character {
            '0'..='9' | '.' if result.ends_with('N') => {}
            '0'..='9' => result.push('N'),
            _ => result.push(character),
        }
    }
    result
}
