//! Those of the thread of a handler: the handler has returned, and the thread that exits waits for the other to end.

use std::thread;
use std::time::Duration;

use atexit::{exit, guard, on_thread, register, register_with, run};
use atexit_test_support::{Scenario, letter, register_letters, scenario, sleep_for_long};

use super::unix::{Row, keep_until_destroyed, when_destroyed};

/// Registers a handler on a thread that leaves this to a destructor, between two letters.
fn register_with_destructor(destructor: fn()) {
    register_letters("a");
    register(on_thread(move || when_destroyed(destructor)));
    register_letters("b");
}

pub(super) const ROWS: &[Row] = &[
    (
        "exit_in_a_destructor_of_a_handlers_thread_runs_the_rest_when_main_returns",
        || register_with_destructor(|| exit(7)),
        "baD",
        7,
    ),
    (
        "exit_in_a_destructor_of_a_handlers_thread_runs_the_rest_when_main_calls_exit",
        || {
            register_with_destructor(|| exit(7));
            exit(3)
        },
        "baD",
        7,
    ),
    (
        "exit_in_a_destructor_of_a_handlers_thread_runs_the_rest_when_main_calls_process_exit",
        || {
            register_with_destructor(|| exit(7));
            std::process::exit(3)
        },
        "baD",
        7,
    ),
    (
        "exit_in_a_destructor_of_a_handlers_thread_that_run_runs_ends_the_process",
        || {
            register_with_destructor(|| exit(7));
            run();
            print!("never printed");
        },
        "baD",
        7,
    ),
    (
        "exit_in_a_destructor_of_a_guards_thread_ends_the_process",
        || {
            register_letters("ab");
            drop(guard(on_thread(|| when_destroyed(|| exit(7)))));
            print!("never printed");
        },
        "baD",
        7,
    ),
    (
        "exit_in_a_destructor_of_a_handlers_thread_runs_the_rest_where_there_is_a_deadline",
        || {
            atexit::set_deadline(Some(Duration::from_secs(60)));
            register_with_destructor(|| exit(7));
        },
        "baD",
        7,
    ),
    (
        "exit_in_the_handler_of_a_guard_in_a_thread_local_of_a_handlers_thread_runs_the_rest",
        || {
            register_letters("a");
            register(on_thread(|| keep_until_destroyed(guard(|| exit(7)))));
            register_letters("b");
        },
        "baD",
        7,
    ),
    (
        "exit_in_a_destructor_of_a_handlers_thread_in_a_handlers_thread_runs_the_rest",
        || {
            register_letters("a");
            register(on_thread(|| drop(guard(on_thread(|| when_destroyed(|| exit(7)))))));
            register_letters("b");
        },
        "baD",
        7,
    ),
    (
        "exit_in_a_destructor_of_every_handlers_thread_runs_them_all_and_the_last_code_wins",
        || {
            for code in 1..10 {
                register(on_thread(move || {
                    when_destroyed(move || {
                        print!("{code} ");
                        exit(code)
                    });
                }));
            }
        },
        "9 8 7 6 5 4 3 2 1 D",
        1,
    ),
    (
        "exit_in_a_destructor_of_a_handlers_thread_while_another_thread_exits_runs_the_rest",
        || {
            register_with_destructor(|| {
                thread::spawn(|| exit(7));
                exit(7)
            });
        },
        "baD",
        7,
    ),
    (
        "what_a_destructor_of_a_handlers_thread_registers_runs_next",
        || {
            register_with_destructor(|| {
                register_letters("x");
                register_with(on_thread(letter), ('y',));
                register_letters("z");
            });
        },
        "bzyxaD",
        0,
    ),
    (
        "what_a_destructor_of_a_handlers_thread_registers_before_it_exits_runs",
        || {
            register_with_destructor(|| {
                register_letters("xy");
                exit(7)
            });
        },
        "byxaD",
        7,
    ),
    (
        "run_in_a_destructor_of_a_handlers_thread_runs_the_rest",
        || {
            register_with_destructor(|| {
                print!("[");
                run();
                print!("]");
            });
        },
        "b[aD]",
        0,
    ),
    (
        "a_guard_that_a_destructor_of_a_handlers_thread_drops_runs_its_handler",
        || {
            register_with_destructor(|| {
                print!("[");
                drop(guard(on_thread(|| print!("g"))));
                print!("]");
            });
        },
        "b[g]aD",
        0,
    ),
];

/// A destructor that never returns: it costs each of these the time for which it is waited for.
pub(super) fn scenarios() -> Vec<Scenario> {
    let never_returns = |name, main: fn()| {
        let program = move || {
            register_with_destructor(sleep_for_long);
            main();
        };
        scenario(name, program).ends_soon().prints("baD")
    };
    vec![
        never_returns(
            "a_destructor_of_a_handlers_thread_that_never_returns_is_not_waited_for_when_main_returns",
            || (),
        ),
        never_returns("a_destructor_of_a_handlers_thread_that_never_returns_is_not_waited_for_after_exit", || exit(3))
            .exits(3),
        never_returns("a_destructor_of_a_handlers_thread_that_never_returns_is_not_waited_for_by_run", || {
            run();
            print!("|");
        })
        .prints("baD|"),
        never_returns(
            "a_destructor_of_a_handlers_thread_that_never_returns_is_not_waited_for_until_the_deadline",
            || {
                atexit::set_deadline(Some(Duration::from_secs(60)));
            },
        ),
        scenario("a_destructor_of_a_handlers_thread_that_never_returns_is_not_waited_for_in_a_handlers_thread", || {
            register_letters("a");
            register(on_thread(|| {
                drop(guard(on_thread(|| when_destroyed(sleep_for_long))));
                exit(7)
            }));
            register_letters("b");
        })
        .ends_soon()
        .prints("baD")
        .exits(7),
        scenario("a_destructor_of_a_handlers_thread_that_waits_for_an_older_handler_is_not_waited_for", || {
            let (older_runs, wait) = std::sync::mpsc::channel();
            register_letters("a");
            register(move || older_runs.send(()).unwrap());
            register(on_thread(|| when_destroyed(move || wait.recv().unwrap())));
            register_letters("b");
        })
        .ends_soon()
        .prints("baD"),
        scenario("a_failure_of_a_handler_on_a_thread_is_reported_though_a_destructor_there_exits", || {
            register_letters("a");
            register(on_thread(|| {
                when_destroyed(|| exit(7));
                Err::<(), _>("no space left")
            }));
            register_letters("b");
        })
        .ends_soon()
        .prints("baD")
        .exits(7)
        .reports(
            "atexit: handler ends::destructors::on_thread::scenarios::{{closure}}::{{closure}} \
             (tests/ends/destructors/on_thread.rs:N) failed: \"no space left\"",
        ),
    ]
}
