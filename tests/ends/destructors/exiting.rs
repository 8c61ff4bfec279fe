//! Those of the thread that exits: it is in C's `exit`, and in Rust's if that has called it.

use std::panic::set_hook;
use std::process;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use atexit::{exit, guard, on_thread, register, register_with, run};
use atexit_test_support::{Destructor, letter, register_letters, spawn_until_asleep};

use super::unix::{Row, keep_until_destroyed, when_destroyed};
use crate::table::c;

fn exits() {
    register_letters("abc");
    when_destroyed(|| exit(7));
}

/// Exits in a destructor of this thread and on another thread in the same moment.
fn races_with_a_thread_that(exits: fn()) {
    static BARRIER: Barrier = Barrier::new(2);
    register_letters("abc");
    thread::spawn(move || {
        BARRIER.wait();
        exits();
    });
    when_destroyed(|| {
        BARRIER.wait();
        exit(7)
    });
}

pub(super) const ROWS: &[Row] = &[
    ("exit_in_a_destructor_runs_all_handlers_when_main_returns", exits, "cbaD", 7),
    (
        "exit_in_a_destructor_runs_all_handlers_when_main_panics",
        || {
            set_hook(Box::new(|_| ()));
            exits();
            panic!("as the test wants");
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_runs_all_handlers_when_main_calls_exit",
        || {
            exits();
            exit(3)
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_runs_all_handlers_when_main_calls_process_exit",
        || {
            exits();
            process::exit(3)
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_runs_all_handlers_when_main_calls_exit_of_c",
        || {
            exits();
            c::exit(3)
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_runs_all_handlers_when_another_thread_calls_process_exit",
        || {
            let exits = || {
                exits();
                process::exit(3)
            };
            thread::spawn(exits).join().unwrap();
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_the_handler_of_a_guard_in_a_thread_local_runs_the_rest",
        || {
            register_letters("ab");
            keep_until_destroyed(guard(|| exit(7)));
            register_letters("c");
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_handler_of_run_in_a_destructor_runs_the_rest",
        || {
            register_letters("ab");
            register(|| exit(7));
            register_letters("c");
            when_destroyed(run);
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_destructors_of_thread_locals_that_are_older_and_newer_than_handlers_runs_them_all",
        || {
            thread_local!(static NEWER: Destructor = const { Destructor::new() });
            when_destroyed(|| exit(7));
            register_letters("abc");
            NEWER.with(|newer| newer.calls(|| exit(7)));
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_handler_after_exit_in_a_destructor_wins",
        || {
            register_letters("a");
            register(|| exit(8));
            register_letters("b");
            when_destroyed(|| exit(7));
        },
        "baD",
        8,
    ),
    (
        "exit_in_a_destructor_runs_handlers_on_threads",
        || {
            register_letters("a");
            register_with(on_thread(letter), ('b',));
            when_destroyed(|| exit(7));
        },
        "baD",
        7,
    ),
    (
        "exit_in_a_destructor_runs_all_handlers_where_there_is_a_deadline",
        || {
            atexit::set_deadline(Some(Duration::from_secs(60)));
            exits();
        },
        "cbaD",
        7,
    ),
    (
        "what_a_destructor_registers_runs_next",
        || {
            register_letters("ab");
            when_destroyed(|| {
                register_letters("x");
                register_with(on_thread(letter), ('y',));
                register_letters("z");
            });
        },
        "zyxbaD",
        0,
    ),
    (
        "what_a_destructor_registers_before_it_exits_runs",
        || {
            register_letters("ab");
            when_destroyed(|| {
                register_letters("x");
                register_with(on_thread(letter), ('y',));
                exit(7)
            });
        },
        "yxbaD",
        7,
    ),
    (
        "run_in_a_destructor_runs_all_handlers",
        || {
            register_letters("ab");
            when_destroyed(|| {
                print!("[");
                run();
                print!("]");
            });
        },
        "[baD]",
        0,
    ),
    (
        "a_guard_that_a_destructor_drops_runs_its_handler",
        || {
            register_letters("a");
            when_destroyed(|| {
                print!("[");
                drop(guard(on_thread(|| print!("g"))));
                print!("]");
            });
        },
        "[g]aD",
        0,
    ),
    (
        "a_guard_in_a_thread_local_runs_its_handler_when_that_is_destroyed",
        || {
            register_letters("a");
            keep_until_destroyed(guard(|| print!("g")));
            register_letters("b");
        },
        "gbaD",
        0,
    ),
    (
        "exit_in_a_destructor_while_a_thread_calls_exit_runs_all_handlers",
        || races_with_a_thread_that(|| exit(7)),
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_while_a_thread_calls_exit_of_c_runs_all_handlers",
        || races_with_a_thread_that(|| c::exit(7)),
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_of_a_thread_in_exit_of_c_while_another_calls_exit_runs_all_handlers",
        || {
            races_with_a_thread_that(|| exit(7));
            c::exit(3)
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_after_a_thread_has_called_exit_runs_all_handlers",
        || {
            register_letters("abc");
            when_destroyed(|| {
                spawn_until_asleep(|| exit(7));
                exit(7)
            });
        },
        "cbaD",
        7,
    ),
    (
        "when_a_thread_calls_exit_while_a_destructor_runs_all_handlers_run",
        || {
            register_letters("abc");
            when_destroyed(|| {
                spawn_until_asleep(|| exit(0));
            });
        },
        "cbaD",
        0,
    ),
];
