//! The deadline of either copy holds, also when the copy has run its own handlers.

use std::time::Duration;

use atexit_test_support::{
    Failed, Left, Process, Scenario, Status, Trial, helper, say, sleep_for_long, wait_until_exiting, without_numbers,
};
use libc::SIGTERM;

use super::{Crate, done, hang, outlast, with_libraries};
use crate::programs::{send, send_and_wait};

const SHORT: Duration = Duration::from_millis(500);

/// The names of programs of two copies one of which hangs while the other has a deadline and is done, and whether the
/// one that hangs is the library.
const OTHER_HANGS: [(&str, bool); 2] = [
    ("the_deadline_of_a_program_holds_for_a_library_that_hangs", true),
    ("the_deadline_of_a_library_holds_for_a_program_that_hangs", false),
];

const MAIN_RETURNS: &str = "the_deadline_of_a_copy_that_is_done_holds_when_main_has_returned";

/// Which of the two has the deadline, and which hangs.
fn which(library_hangs: bool) -> [Crate; 2] {
    let [program, library] = Crate::several();
    let mut copies = if library_hangs { [program, library] } else { [library, program] };
    copies.iter_mut().for_each(|copy| copy.install());
    copies
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let other_hangs = OTHER_HANGS.map(|(name, library_hangs)| {
        helper(name, move || {
            let [has_deadline, hangs] = which(library_hangs);
            has_deadline.set_deadline(SHORT);
            has_deadline.call(done);
            hangs.call(hang);
            send_and_wait(SIGTERM);
        })
    });
    let others = [
        helper("a_copy_that_hangs_at_its_own_deadline_while_another_is_done", || {
            let [done_soon, hangs] = which(true);
            hangs.set_deadline(SHORT);
            done_soon.call(done);
            hangs.call(hang);
            send_and_wait(SIGTERM);
        }),
        helper("a_deadline_that_is_set_while_another_copy_hangs", || {
            let [late, hangs] = which(true);
            late.call(done);
            hangs.call(hang);
            send(SIGTERM);
            outlast(1);
            late.set_deadline(SHORT);
            sleep_for_long();
        }),
        // It comes to the slots of the copy that is done, and waits at one of the other.
        helper(MAIN_RETURNS, || {
            let [hangs, has_deadline]: [Crate; 2] = Crate::several();
            hangs.install();
            has_deadline.install();
            has_deadline.set_deadline(SHORT);
            hangs.call(hang);
            has_deadline.call(done);
            send(SIGTERM);
            wait_until_exiting();
            outlast(1);
            say("returns ");
        }),
    ];
    other_hangs.into_iter().chain(others).collect()
}

pub(super) fn trials() -> Vec<Trial> {
    let other_hangs = OTHER_HANGS.map(|(name, _)| Trial::test(name, move || names_others(&run(name)?, "hangs ")));
    let others = [
        Trial::test("a_deadline_holds_for_a_copy_that_hangs_while_another_is_done", || {
            let left = run("a_copy_that_hangs_at_its_own_deadline_while_another_is_done")?;
            let [_, running] = &without_numbers(&left.stderr)[..] else { return Err(format!("{left:#?}").into()) };
            let is_named = running.starts_with("atexit: handler ") && running.ends_with(" is still running after Nms");
            if is_named && left.stdout == "hangs " && left.status == Status::Signal(SIGTERM) {
                return Ok(());
            }
            Err(format!("{left:#?}").into())
        }),
        Trial::test("a_deadline_that_is_set_when_a_copy_is_done_holds_for_another_that_hangs", || {
            names_others(&run("a_deadline_that_is_set_while_another_copy_hangs")?, "hangs ")
        }),
        Trial::test(MAIN_RETURNS, || names_others(&run(MAIN_RETURNS)?, "hangs returns ")),
    ];
    other_hangs.into_iter().chain(others).collect()
}

fn run(name: &str) -> Result<Left, Failed> {
    Process::start(with_libraries(name)?)?.end()
}

/// The deadline has ended it by the signal, and says what it was waiting for.
fn names_others(left: &Left, stdout: &str) -> Result<(), Failed> {
    let expected = [
        "atexit: the exit deadline of Nms has passed",
        "atexit: handlers of another copy of this crate are still running",
    ];
    if left.stdout == stdout && left.status == Status::Signal(SIGTERM) && without_numbers(&left.stderr) == expected {
        return Ok(());
    }
    Err(format!("it should print {stdout:?}, and report {expected:#?}: {left:#?}").into())
}
