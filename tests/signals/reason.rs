//! The reason of an exit by a signal, or on Windows by a console event.

use std::time::Duration;

use atexit::{exit, reason, register, signals};
use atexit_test_support::{CutShort, SLEEPER, Scenario, helper, say, scenario, sleep_for_long, told_by_c};

use crate::deadline;
use crate::programs::{ENDED, SIGNAL, send_and_wait};

/// As it is displayed.
const BY_SIGNAL: &str = if cfg!(unix) { "{signal 15 (SIGTERM)}" } else { "{console event 0 (CTRL_C_EVENT)}" };

fn says_why() {
    print!("{{{}}}", reason().expect("the process exits"));
}

fn prepare() {
    signals::install().unwrap();
    say("ready ");
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("the_reason_is_the_signal", || {
            prepare();
            register(says_why);
            send_and_wait(SIGNAL);
        })
        .prints(&format!("ready {BY_SIGNAL}D{SIGNAL}"))
        .ends(ENDED),
        scenario("a_handler_of_a_signal_that_exits_changes_the_reason_and_not_what_was_received", || {
            prepare();
            register(says_why);
            register(|| exit(9));
            register(says_why);
            send_and_wait(SIGNAL);
        })
        .prints(&format!("ready {BY_SIGNAL}{{status 9}}D{SIGNAL}"))
        .exits(9),
        // There, C's `exit` comes to the slots.
        #[cfg(unix)]
        scenario("a_handler_of_a_signal_that_calls_process_exit_changes_the_reason", || {
            prepare();
            register(says_why);
            register(|| std::process::exit(4));
            register(says_why);
            send_and_wait(SIGNAL);
        })
        .prints(&format!("ready {BY_SIGNAL}{{{}}}D{SIGNAL}", told_by_c(4)))
        .exits(4),
        #[cfg(unix)]
        scenario("a_handler_of_a_signal_that_calls_exit_of_c_changes_the_reason", || {
            prepare();
            register(says_why);
            // SAFETY: no other thread calls it.
            register(|| unsafe { libc::exit(0) });
            register(says_why);
            send_and_wait(SIGNAL);
        })
        .prints(&format!("ready {BY_SIGNAL}{{{}}}D{SIGNAL}", told_by_c(0))),
        // The deadline ends it by the signal all the same, and says so.
        helper("stuck_after_a_handler_of_a_signal_has_called_exit", || {
            signals::install().unwrap();
            atexit::set_deadline(Some(Duration::from_millis(500)));
            register(sleep_for_long);
            register(|| exit(4));
            send_and_wait(SIGNAL);
        })
        .test("the_deadline_names_the_signal_that_a_handler_has_replaced", |program| {
            CutShort {
                reason: &format!("status N, after {}", deadline::REASON),
                running: &format!("{SLEEPER} (tests/signals/reason.rs:N)"),
                pending: &["signals::annotated (tests/signals/main.rs:N)"],
                stdout: "",
                status: ENDED,
            }
            .check(&program.run()?)
        }),
        // It has no thread that could pass the status to C.
        #[cfg(unix)]
        scenario("a_child_forked_after_a_handler_of_a_signal_has_called_exit_exits_so", || {
            use atexit::on_thread;
            use atexit_test_support::{Forked, end_soon};

            prepare();
            register(says_why);
            register(on_thread(|| {
                if let Some(child) = Forked::in_parent() {
                    child.exits(9);
                    print!("|");
                } else {
                    end_soon();
                }
            }));
            register(|| exit(9));
            send_and_wait(SIGNAL);
        })
        .unless(cfg!(emulator = "qemu"))
        .prints(&format!("ready {{status 9}}D{SIGNAL}|{{status 9}}D{SIGNAL}"))
        .exits(9),
    ]
}
