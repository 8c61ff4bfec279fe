//! `reason`: why the process exits, as handlers see it. The table says what each way to end tells.

use std::thread;

use atexit::{Reason, exit, on_thread, reason, register};
use atexit_test_support::{
    Failed, Left, Scenario, Status, helper, panicked, register_letters, scenario, times_here, told_by_c,
};

use crate::in_the_annotated_handler;

/// Prints it, in braces.
fn says_why() {
    match reason() {
        Some(reason) => print!("{{{reason}}}"),
        None => print!("{{}}"),
    }
}

/// Eight threads exit at once, each with another status, and `main` by a call that not every C runtime tells.
fn eight_exit_at_once() {
    in_the_annotated_handler(says_why);
    for code in 1..=8 {
        thread::spawn(move || exit(code));
    }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("there_is_no_reason_before_the_exit", || {
            register(says_why);
            register(|| print!("{:?}", thread::spawn(reason).join().unwrap()));
            atexit::run();
            register(|| print!("{:?}", reason() == thread::spawn(reason).join().unwrap()));
            register(says_why);
            register(on_thread(says_why));
            exit(3)
        })
        .prints("None{}D{status 3}{status 3}true")
        .exits(3),
        scenario("handlers_after_one_that_exits_see_the_new_status", || {
            in_the_annotated_handler(says_why);
            register(says_why);
            register(|| exit(8));
            register(says_why);
            register(on_thread(|| exit(9)));
            register(says_why);
        })
        .prints(&format!("{{{}}}{{status 9}}{{status 8}}D{{status 8}}", told_by_c(0)))
        .exits(8),
        scenario("exit_in_a_handler_of_run_tells_the_status", || {
            in_the_annotated_handler(says_why);
            register(says_why);
            register(|| exit(3));
            register(says_why);
            atexit::run();
        })
        .prints("{}{status 3}D{status 3}")
        .exits(3),
        scenario("a_panic_in_a_handler_changes_no_reason", || {
            in_the_annotated_handler(says_why);
            register(|| panic!("as the test wants"));
            exit(3)
        })
        .prints("D{status 3}")
        .exits(3)
        .panics()
        .reports(panicked!("ends::reason::scenarios::{{closure}}::{{closure}} (tests/ends/reason.rs:N)")),
        // On Unix, the parent sees but eight bits of it.
        scenario("success_is_what_the_parent_sees", || {
            register(|| print!("{:?} ", reason().and_then(Reason::is_success)));
            exit(256)
        })
        .prints(if cfg!(unix) { "Some(true) D" } else { "Some(false) D" })
        .exits(if cfg!(unix) { 0 } else { 256 }),
        helper("eight_threads_that_exit_with_other_statuses", || {
            eight_exit_at_once();
            exit(9)
        })
        .test("the_reason_is_the_status_of_whichever_thread_exits_a_hundred_times", |program| {
            (0..times_here(100)).try_for_each(|_| tells_its_status(&program.run()?))
        }),
        helper("eight_threads_that_exit_while_main_returns", || {
            register_letters("a");
            eight_exit_at_once();
        })
        .test("the_reason_is_the_status_where_main_returns_meanwhile_a_hundred_times", |program| {
            (0..times_here(100)).try_for_each(|_| tells_its_status(&program.run()?))
        }),
        #[cfg(unix)]
        scenario("a_forked_child_has_a_reason_of_its_own", || {
            use atexit_test_support::Forked;

            in_the_annotated_handler(says_why);
            Forked::new(|| exit(5)).exits(5);
            print!("|");
            // By a thread that isn't the one that exits.
            let child = || {
                print!("{:?}", reason());
                exit(6)
            };
            register(move || thread::spawn(move || Forked::new(child).exits(6)).join().unwrap());
            exit(3)
        })
        .prints("D{status 5}|NoneD{status 6}D{status 3}")
        .exits(3),
    ]
}

/// The last handler has printed the status with which the process has ended, unless nobody told it.
fn tells_its_status(left: &Left) -> Result<(), Failed> {
    let Status::Code(code) = left.status else { return Err(format!("{left:#?}").into()) };
    let told = format!("D{{status {code}}}");
    let is_told = left.stdout.ends_with(&told) || code == 0 && left.stdout.ends_with(&format!("D{{{}}}", told_by_c(0)));
    if is_told && left.stderr.is_empty() { Ok(()) } else { Err(format!("{left:#?}").into()) }
}
