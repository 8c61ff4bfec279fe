//! What the handlers that a signal runs have to say on standard error: it waits for nobody, and raises no signal.

use std::io;
use std::panic::set_hook;
use std::thread;

use atexit::{register, signals};
use atexit_test_support::{
    LATER, Scenario, break_standard_error, lock_standard_error_forever, panicked, register_letters, scenario,
};
use libc::{SIG_DFL, SIGPIPE, SIGTERM};

use crate::programs::send_and_wait;

const REPORTS: [&str; 2] = [
    panicked!("signals::streams::panics (tests/signals/streams.rs:N)"),
    "atexit: handler signals::streams::fails (tests/signals/streams.rs:N) failed: \"no space left\"",
];

fn fails() -> Result<(), &'static str> {
    Err("no space left")
}

fn panics() {
    panic!("out of luck");
}

/// Installs the signals, and registers letters and handlers that fail: `cbaD` is printed if all run.
fn prepare() {
    // Rust's own words about a panic wait for the lock.
    set_hook(Box::new(|_| ()));
    signals::install().unwrap();
    register_letters("a");
    register(fails);
    register_letters("b");
    register(panics);
    register_letters("c");
}

/// Standard error is a pipe that nobody reads, and what that raises ends a process by default.
fn break_standard_error_for_good() {
    // SAFETY: the default action is always allowed.
    unsafe { libc::signal(SIGPIPE, SIG_DFL) };
    break_standard_error();
}

/// All handlers run and the process ends by that signal.
fn ends_by_the_signal(name: &'static str, main: fn()) -> Scenario {
    let program = move || {
        prepare();
        main();
    };
    scenario(name, program).ends_soon().prints("cbaD15").killed_by(SIGTERM)
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let [panics, fails] = REPORTS;
    vec![
        ends_by_the_signal("failures_are_reported_while_main_has_locked_standard_error", || {
            let _locked = io::stderr().lock();
            send_and_wait(SIGTERM);
        })
        .reports(panics)
        .reports(fails),
        ends_by_the_signal("failures_are_reported_while_a_thread_has_locked_standard_error", || {
            lock_standard_error_forever();
            send_and_wait(SIGTERM);
        })
        .reports(panics)
        .reports(fails),
        ends_by_the_signal("a_report_that_nobody_can_read_does_not_end_the_process_by_sigpipe", || {
            break_standard_error_for_good();
            send_and_wait(SIGTERM);
        }),
        ends_by_the_signal("a_report_that_nobody_can_read_is_no_second_signal_where_sigpipe_is_installed", || {
            break_standard_error_for_good();
            signals::install_for(&[SIGPIPE]).unwrap();
            register(|| thread::sleep(LATER));
            send_and_wait(SIGTERM);
        }),
    ]
}
