//! Where a `?` in `args(…)` meets `None`, the function isn't called.

use std::sync::OnceLock;

use atexit::atexit;
use atexit_test_support::{
    Failed, Process, Program, Scenario, Status, TOLD_BY_C, helper, register_letters, scenario, without_numbers,
};

static NAME: OnceLock<&str> = OnceLock::new();
static TIMES: OnceLock<usize> = OnceLock::new();

#[atexit(args(NAME.get()?, *TIMES.get()?))]
fn greet(name: &str, times: usize) -> Result<(), String> {
    print!("{}", name.repeat(times));
    if times < 3 { Ok(()) } else { Err(format!("{times} times")) }
}

static ON_A_THREAD: OnceLock<&str> = OnceLock::new();

#[atexit(thread, args(ON_A_THREAD.get()?))]
fn greet_on_a_thread(name: &str) {
    print!("{name}");
}

static LOG: OnceLock<()> = OnceLock::new();

struct Logged(&'static str);

impl Drop for Logged {
    fn drop(&mut self) {
        print!("{} is dropped. ", self.0);
    }
}

fn log(name: &'static str) -> Option<Logged> {
    LOG.get()?;
    print!("{name} is evaluated. ");
    Some(Logged(name))
}

#[atexit(args(log("The first")?, NAME.get()?, log("The last")?))]
fn after_two_others(_: Logged, _: &str, _: Logged) {
    print!("It is called. ");
}

fn set_name_and_times(times: usize) {
    NAME.set("Donny").unwrap();
    TIMES.set(times).unwrap();
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("where_arguments_are_there_the_function_is_called", || {
            register_letters("ab");
            set_name_and_times(2);
        })
        .prints("baDonnyDonny"),
        scenario("where_an_argument_is_none_the_function_is_not_called", || {
            register_letters("ab");
            NAME.set("Donny").unwrap();
        })
        .prints("ba"),
        scenario("a_skipped_function_leaves_the_exit_status_as_it_is", || {
            register_letters("ab");
            atexit::exit(3)
        })
        .prints("ba")
        .exits(3),
        scenario("a_function_that_is_called_may_fail", || set_name_and_times(3))
            .prints("DonnyDonnyDonny")
            .reports("atexit: handler annotated::skipped::greet (tests/annotated/skipped.rs:N) failed: \"3 times\""),
        scenario("on_a_thread_the_function_is_called_where_arguments_are_there", || {
            ON_A_THREAD.set("Walter").unwrap();
        })
        .prints("Walter"),
        scenario("what_is_skipped_is_not_pending_any_more", || {
            atexit::run();
            print!("{}", atexit::count());
            set_name_and_times(2);
        })
        .prints("0"),
        scenario("arguments_after_the_one_that_is_none_are_not_evaluated", || LOG.set(()).unwrap())
            .prints("The first is evaluated. The first is dropped. "),
        helper("one_is_called_and_others_are_skipped", || {
            crate::block_on::unregister();
            set_name_and_times(3);
        })
        .test("the_trace_tells_of_what_is_skipped", |program| {
            let expected = [
                &format!("atexit: exiting with {TOLD_BY_C}"),
                "atexit: running annotated::skipped::after_two_others (tests/annotated/skipped.rs:N)",
                "atexit: skipped annotated::skipped::after_two_others (tests/annotated/skipped.rs:N) after Nms",
                "atexit: running annotated::skipped::greet_on_a_thread (tests/annotated/skipped.rs:N)",
                "atexit: skipped annotated::skipped::greet_on_a_thread (tests/annotated/skipped.rs:N) after Nms",
                "atexit: running annotated::skipped::greet (tests/annotated/skipped.rs:N)",
                "atexit: handler annotated::skipped::greet (tests/annotated/skipped.rs:N) failed: \"N times\"",
                "atexit: gave up annotated::skipped::greet (tests/annotated/skipped.rs:N) after Nms",
                "atexit: N handler run, N failed, N skipped, Nms in total",
            ];
            traces(program, &expected, "1 handler run, 1 failed, 2 skipped, ")
        }),
        helper("one_is_called_and_none_is_skipped", || {
            crate::block_on::unregister();
            atexit::unregister(greet_on_a_thread);
            atexit::unregister(after_two_others);
            set_name_and_times(1);
        })
        .test("the_trace_does_not_tell_that_nothing_is_skipped", |program| {
            let expected = [
                &format!("atexit: exiting with {TOLD_BY_C}"),
                "atexit: running annotated::skipped::greet (tests/annotated/skipped.rs:N)",
                "atexit: finished annotated::skipped::greet (tests/annotated/skipped.rs:N) after Nms",
                "atexit: N handler run, N failed, Nms in total",
            ];
            traces(program, &expected, "1 handler run, 0 failed, ")
        }),
    ]
}

/// The trace is this, and its last line begins so.
fn traces(program: &Program, expected: &[&str], sum: &str) -> Result<(), Failed> {
    let mut command = program.command()?;
    command.env("ATEXIT_TRACE", "1");
    let left = Process::run(command)?;
    let is_right = without_numbers(&left.stderr) == expected
        && left.stderr.lines().last().is_some_and(|line| line.starts_with(&format!("atexit: {sum}")))
        && left.status == Status::Code(0);
    if is_right { Ok(()) } else { Err(format!("{left:#?}").into()) }
}
