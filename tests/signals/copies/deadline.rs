//! The deadline of either copy holds, also when the copy has run its own handlers.

use std::time::Duration;

use atexit_test_support::{Failed, Left, Scenario, Status, say, sleep_for_long, wait_until_exiting, without_numbers};
use libc::SIGTERM;

use super::{Crate, done, hang, helper, outlast};
use crate::programs::{send, send_and_wait};

const SHORT: Duration = Duration::from_millis(500);

/// Which of the two has the deadline, and which hangs.
fn which(library_hangs: bool) -> [Crate; 2] {
    let [program, library] = Crate::several();
    let mut copies = if library_hangs { [program, library] } else { [library, program] };
    copies.iter_mut().for_each(|copy| copy.install());
    copies
}

pub(super) fn scenarios() -> Vec<Scenario> {
    // The other has a deadline and is done.
    let hangs = |name, is_library| {
        let program = move || {
            let [has_deadline, hangs] = which(is_library);
            has_deadline.set_deadline(SHORT);
            has_deadline.call(done);
            hangs.call(hang);
            send_and_wait(SIGTERM);
        };
        cut_short(name, program, "hangs ")
    };
    vec![
        hangs("the_deadline_of_a_program_holds_for_a_library_that_hangs", true),
        hangs("the_deadline_of_a_library_holds_for_a_program_that_hangs", false),
        helper("a_copy_that_hangs_at_its_own_deadline_while_another_is_done", || {
            let [done_soon, hangs] = which(true);
            hangs.set_deadline(SHORT);
            done_soon.call(done);
            hangs.call(hang);
            send_and_wait(SIGTERM);
        })
        .test("a_deadline_holds_for_a_copy_that_hangs_while_another_is_done", |program| {
            let left = program.run()?;
            let [_, _, running] = &without_numbers(&left.stderr)[..] else { return Err(format!("{left:#?}").into()) };
            let is_named = running.starts_with("atexit: handler ") && running.ends_with(" is still running after Nms");
            if is_named && left.stdout == "hangs " && left.status == Status::Signal(SIGTERM) {
                return Ok(());
            }
            Err(format!("{left:#?}").into())
        }),
        cut_short(
            "a_deadline_that_is_set_when_a_copy_is_done_holds_for_another_that_hangs",
            || {
                let [late, hangs] = which(true);
                late.call(done);
                hangs.call(hang);
                send(SIGTERM);
                outlast(1);
                late.set_deadline(SHORT);
                sleep_for_long();
            },
            "hangs ",
        ),
        // It comes to the slots of the copy that is done, and waits at one of the other.
        cut_short(
            "the_deadline_of_a_copy_that_is_done_holds_when_main_has_returned",
            || {
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
            },
            "hangs returns ",
        ),
    ]
}

/// A program of two copies that the deadline of the one that is done ends: by the signal, and it says what it was
/// waiting for.
fn cut_short(name: &'static str, main: impl Fn() + 'static, stdout: &'static str) -> Scenario {
    helper(name, main).test(name, move |program| names_others(&program.run()?, stdout))
}

fn names_others(left: &Left, stdout: &str) -> Result<(), Failed> {
    let expected = [
        "atexit: exiting with signal N (SIGTERM)",
        "atexit: the exit deadline of Nms has passed",
        "atexit: handlers of another copy of this crate are still running",
    ];
    if left.stdout == stdout && left.status == Status::Signal(SIGTERM) && without_numbers(&left.stderr) == expected {
        return Ok(());
    }
    Err(format!("it should print {stdout:?}, and report {expected:#?}: {left:#?}").into())
}
