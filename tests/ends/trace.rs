//! The trace: what each handler does, on standard error, where the environment asks for it.

use std::thread;
use std::time::Duration;

use atexit_test_support::{
    Failed, LETTER, Left, Process, Program, Scenario, Status, TOLD_BY_C, helper, lock_standard_error_forever,
    register_letters, told_by_c, without_numbers,
};

use crate::in_the_annotated_handler;

fn fails() -> Result<(), &'static str> {
    thread::sleep(Duration::from_millis(20));
    Err("failed")
}

fn register_two() {
    register_letters("a");
    atexit::register(fails);
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        helper("three_handlers_of_which_one_fails", register_two)
            .test("the_trace_tells_of_each_handler_and_sums_up", |program| tells_of_three(&traced(program)?)),
        helper("three_handlers_while_a_thread_has_locked_standard_error", || {
            lock_standard_error_forever();
            register_two();
        })
        .ends_soon()
        .test("the_trace_is_written_while_a_thread_has_locked_standard_error", |program| {
            tells_of_three(&traced(program)?)
        }),
        helper("exiting_in_the_last_handler", || {
            register_letters("a");
            in_the_annotated_handler(|| atexit::exit(3));
        })
        .test("the_trace_sums_up_after_exit_in_the_last_handler", |program| {
            let left = traced(program)?;
            let lines: Vec<&str> = left.stderr.lines().collect();
            let sums_up = lines.last().is_some_and(|line| line.contains(" 2 handlers run, 0 failed, "));
            // At the exit, and when a handler has called `exit`.
            let reasons: Vec<&str> =
                lines.iter().filter_map(|line| line.strip_prefix("atexit: exiting with ")).collect();
            let says_why = reasons == [&told_by_c(0), "status 3"];
            holds(sums_up && says_why && left.status == Status::Code(3), &left)
        })
        .test("without_the_variable_there_is_no_trace", |program| program.run()?.is("aD", Status::Code(3))),
        #[cfg(unix)]
        helper("a_child_that_exits_as_its_parent_does", || {
            use atexit_test_support::Forked;

            // By a thread that isn't the one that exits.
            atexit::register(|| thread::spawn(|| Forked::new(|| atexit::exit(3)).exits(3)).join().unwrap());
            atexit::exit(3)
        })
        .test("the_trace_says_in_a_forked_child_why_that_exits", |program| {
            let left = traced(program)?;
            let said = left.stderr.lines().filter(|line| *line == "atexit: exiting with status 3").count();
            holds(said == 2 && left.status == Status::Code(3), &left)
        }),
    ]
}

/// The trace of two handlers that were registered and the annotated one, with the report of the one that fails.
fn tells_of_three(left: &Left) -> Result<(), Failed> {
    let fails = "ends::trace::fails (tests/ends/trace.rs:N)";
    let letter = format!("{LETTER} (tests/ends/trace.rs:N)");
    let annotated = "ends::annotated (tests/ends/main.rs:N)";
    let expected = [
        format!("atexit: exiting with {TOLD_BY_C}"),
        format!("atexit: running {fails}"),
        format!("atexit: handler {fails} failed: \"failed\""),
        format!("atexit: gave up {fails} after Nms"),
        format!("atexit: running {letter}"),
        format!("atexit: finished {letter} after Nms"),
        format!("atexit: running {annotated}"),
        format!("atexit: finished {annotated} after Nms"),
        "atexit: N handlers run, N failed, Nms in total".to_owned(),
    ];
    let is_right = without_numbers(&left.stderr) == expected
        && left.stderr.contains(" 3 handlers run, 1 failed, ")
        && left.status == Status::Code(0);
    holds(is_right, left)
}

fn traced(program: &Program) -> Result<Left, Failed> {
    let mut command = program.command()?;
    command.env("ATEXIT_TRACE", "1");
    Process::run(command)
}

fn holds(is_right: bool, left: &Left) -> Result<(), Failed> {
    if is_right { Ok(()) } else { Err(format!("{left:#?}").into()) }
}
