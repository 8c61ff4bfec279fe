//! The deadline of an exit by a signal, or on Windows by a console event.

use std::time::Duration;

use atexit::{set_deadline, signals};
use atexit_test_support::{
    CutShort, Failed, LETTER, Left, SLEEPER, Scenario, Status, helper, register_letters, say, sleep_for_long,
};

use crate::programs::{ENDED, SIGNAL, send_and_wait};

const SHORT: Duration = Duration::from_millis(500);

/// That of an exit by that signal.
pub(crate) const REASON: &str = if cfg!(unix) { "signal N (SIGTERM)" } else { "console event N (CTRL_C_EVENT)" };

fn become_stuck() {
    signals::install().unwrap();
    set_deadline(Some(SHORT));
    register_letters("ab");
    atexit::register(sleep_for_long);
    say("ready ");
    send_and_wait(SIGNAL);
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        helper("stuck_after_a_signal", become_stuck)
            .test("when_the_deadline_has_passed_the_process_ends_by_the_signal_that_came", |program| {
                names_what_is_stuck(&program.run()?, ENDED)
            }),
        helper("stuck_after_a_signal_while_main_has_locked_standard_error", || {
            let _locked = std::io::stderr().lock();
            become_stuck();
        })
        .test("after_a_signal_what_is_stuck_is_named_though_main_has_locked_standard_error", |program| {
            names_what_is_stuck(&program.run()?, ENDED)
        }),
        helper("stuck_in_run_when_a_signal_comes", || {
            signals::install().unwrap();
            set_deadline(Some(SHORT));
            atexit::register(|| {
                say("ready ");
                send_and_wait(SIGNAL);
            });
            atexit::run();
        })
        .test("a_handler_of_run_that_a_signal_waits_for_is_named", |program| {
            let expected = CutShort {
                reason: REASON,
                running: "signals::deadline::scenarios::{{closure}}::{{closure}} (tests/signals/deadline.rs:N)",
                pending: &[ANNOTATED],
                stdout: "ready ",
                status: ENDED,
            };
            expected.check(&program.run()?)
        }),
    ]
}

/// `stuck_after_a_signal` has ended so: it names the handler that is stuck, and those that are pending.
pub(crate) fn names_what_is_stuck(left: &Left, status: Status) -> Result<(), Failed> {
    let letter = format!("{LETTER} (tests/signals/deadline.rs:N)");
    let expected = CutShort {
        reason: REASON,
        running: &format!("{SLEEPER} (tests/signals/deadline.rs:N)"),
        pending: &[&letter, &letter, ANNOTATED],
        stdout: "ready ",
        status,
    };
    expected.check(left)
}

const ANNOTATED: &str = "signals::annotated (tests/signals/main.rs:N)";
