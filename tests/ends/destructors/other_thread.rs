//! Those of a thread that neither exits nor runs handlers.

use std::sync::Barrier;
use std::thread;

use atexit::{exit, guard, run};
use atexit_test_support::{register_letters, sleep_for_long};

use super::unix::{Row, keep_until_destroyed, when_destroyed};

pub(super) const ROWS: &[Row] = &[
    (
        "exit_in_a_destructor_of_another_thread_runs_all_handlers",
        || {
            register_letters("abc");
            let _ = thread::spawn(|| when_destroyed(|| exit(7))).join();
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_the_handler_of_a_guard_in_a_thread_local_of_another_thread_runs_the_rest",
        || {
            register_letters("abc");
            let _ = thread::spawn(|| keep_until_destroyed(guard(|| exit(7)))).join();
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_of_another_thread_while_main_exits_runs_all_handlers",
        || {
            static BARRIER: Barrier = Barrier::new(2);
            register_letters("abc");
            thread::spawn(|| {
                when_destroyed(|| {
                    BARRIER.wait();
                    exit(7)
                });
            });
            BARRIER.wait();
            exit(7)
        },
        "cbaD",
        7,
    ),
    (
        "run_in_a_destructor_of_another_thread_runs_all_handlers",
        || {
            register_letters("ab");
            thread::spawn(|| when_destroyed(run)).join().unwrap();
            print!("|");
        },
        "baD|",
        0,
    ),
    (
        "a_destructor_of_another_thread_that_never_returns_does_not_keep_the_process_from_ending",
        || {
            static BARRIER: Barrier = Barrier::new(2);
            register_letters("ab");
            thread::spawn(|| {
                when_destroyed(|| {
                    BARRIER.wait();
                    sleep_for_long();
                });
            });
            BARRIER.wait();
        },
        "baD",
        0,
    ),
];
