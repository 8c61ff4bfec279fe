//! The deadline: how long an exit may take, and what is said of one that takes longer. That of an exit by a signal is
//! in `signals`.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use atexit::set_deadline;
use atexit_test_support::{
    CutShort, Failed, LETTER, Left, SLEEPER, Scenario, Status, TOLD_BY_C, helper, lock_standard_error_forever,
    register_letters, scenario, sleep_for_long, without_numbers,
};

const SHORT: Duration = Duration::from_millis(500);

/// Two handlers that wait behind one that is stuck.
fn register_one_that_is_stuck() {
    register_letters("ab");
    atexit::register(sleep_for_long);
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
            // The exit itself may take longer on a slow machine.
            set_deadline(None);
        })
        .prints("D|"),
        scenario("the_deadline_can_be_lifted_in_a_handler", || {
            set_deadline(Some(Duration::from_secs(2)));
            register_letters("a");
            atexit::register(|| thread::sleep(Duration::from_secs(3)));
            atexit::register(|| set_deadline(None));
        })
        .prints("aD"),
        helper("stuck_forever", || {
            set_deadline(Some(SHORT));
            register_one_that_is_stuck();
        })
        .test("a_handler_that_never_returns_is_named_when_the_deadline_has_passed", |program| {
            names_what_is_stuck(&program.run()?, SLEEPER, "c")
        }),
        helper("stuck_on_a_thread", || {
            set_deadline(Some(SHORT));
            register_letters("ab");
            atexit::register(atexit::on_thread(sleep_for_long));
            register_letters("c");
        })
        .test("a_handler_on_a_thread_that_never_returns_is_named", |program| {
            names_what_is_stuck(&program.run()?, SLEEPER, "c")
        }),
        helper("stuck_with_a_deadline_that_a_handler_sets", || {
            register_one_that_is_stuck();
            atexit::register(|| set_deadline(Some(SHORT)));
        })
        .test("a_handler_may_set_the_deadline", |program| names_what_is_stuck(&program.run()?, SLEEPER, "c")),
        helper("stuck_in_exit_of_a_thread", || {
            set_deadline(Some(SHORT));
            register_one_that_is_stuck();
            let _ = thread::spawn(|| atexit::exit(3)).join();
        })
        .test("the_deadline_holds_on_every_thread", |program| {
            // On Windows `exit` runs the handlers before `process::exit`, which has standard output flushed.
            let stdout = if cfg!(windows) { "" } else { "c" };
            names_what_is_stuck_with("status N", &program.run()?, SLEEPER, stdout)
        }),
        helper("stuck_in_a_handler_that_another_thread_runs", || {
            static IS_IN: AtomicBool = AtomicBool::new(false);
            set_deadline(Some(SHORT));
            atexit::register(|| {
                IS_IN.store(true, Relaxed);
                sleep_for_long();
            });
            thread::spawn(atexit::run);
            while !IS_IN.load(Relaxed) {
                thread::yield_now();
            }
        })
        .test("a_handler_of_run_that_exit_waits_for_is_named", |program| {
            let left = program.run()?;
            // By then, `run` may have taken out the handler that runs last.
            let is_named = without_numbers(&left.stderr)
                .contains(&format!("atexit: handler {CLOSURE} ({FILE}:N) is still running after Nms"));
            if is_named && left.status == Status::Code(124) { Ok(()) } else { Err(format!("{left:#?}").into()) }
        }),
        helper("stuck_while_it_has_locked_standard_error", || {
            set_deadline(Some(SHORT));
            register_letters("ab");
            atexit::register(|| {
                let _locked = std::io::stderr().lock();
                sleep_for_long();
            });
            register_letters("c");
        })
        .test("a_handler_that_is_stuck_is_named_though_it_has_locked_standard_error", |program| {
            names_what_is_stuck(&program.run()?, CLOSURE, "c")
        }),
        helper("stuck_while_a_thread_has_locked_standard_error", || {
            lock_standard_error_forever();
            set_deadline(Some(SHORT));
            register_one_that_is_stuck();
        })
        .test("a_handler_that_is_stuck_is_named_though_a_thread_has_locked_standard_error", |program| {
            names_what_is_stuck(&program.run()?, SLEEPER, "c")
        }),
    ]
}

/// How reports name a closure that is registered here, without the file.
const CLOSURE: &str = "ends::deadline::scenarios::{{closure}}::{{closure}}";

const FILE: &str = "tests/ends/deadline.rs";

/// It names the handler that is stuck, and those that are pending.
fn names_what_is_stuck(left: &Left, running: &str, stdout: &str) -> Result<(), Failed> {
    names_what_is_stuck_with(TOLD_BY_C, left, running, stdout)
}

/// The same where the process exits with that reason.
fn names_what_is_stuck_with(reason: &str, left: &Left, running: &str, stdout: &str) -> Result<(), Failed> {
    let letter = format!("{LETTER} ({FILE}:N)");
    let expected = CutShort {
        reason,
        running: &format!("{running} ({FILE}:N)"),
        pending: &[&letter, &letter, "ends::annotated (tests/ends/main.rs:N)"],
        stdout,
        status: Status::Code(124),
    };
    expected.check(left)
}
