//! What was accepted runs exactly once unless it was unregistered.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;

use atexit::register;
use atexit_test_support::{Scenario, Watched, register_letters, scenario};

/// How many of the handlers that count have run.
static RAN: AtomicUsize = AtomicUsize::new(0);

fn count_one() {
    RAN.fetch_add(1, Relaxed);
}

/// Two handlers, one that runs the rest within round brackets, and a last.
fn register_one_that_runs_the_rest() {
    register_letters("ab");
    register(|| {
        print!("(");
        atexit::run();
        print!(")");
    });
    register_letters("c");
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_handler_registered_during_exit_runs_next", || {
            register_letters("a");
            register(|| {
                print!("b");
                register_letters("xy");
                print!("c");
            });
            register_letters("d");
        })
        .prints("dbcyxa"),
        scenario("handlers_may_register_handlers_without_end_in_sight", || {
            fn descend(depth: u32) {
                if depth > 0 {
                    print!("{} ", depth % 10);
                    atexit::register_with(descend, (depth - 1,));
                }
            }
            atexit::register_with(descend, (1000,));
        })
        .prints(&(1..=1000).rev().map(|depth| format!("{} ", depth % 10)).collect::<String>()),
        scenario("run_runs_all_that_is_pending_and_nothing_twice", || {
            register_letters("abc");
            atexit::run();
            print!("|");
            register_letters("de");
            atexit::run();
            atexit::run();
            print!("|");
            register_letters("f");
        })
        .prints("cba|ed|f"),
        scenario("run_in_a_handler_runs_the_rest", register_one_that_runs_the_rest).prints("c(ba)"),
        scenario("run_in_a_handler_of_run_runs_the_rest", || {
            register_one_that_runs_the_rest();
            atexit::run();
            print!("|");
        })
        .prints("c(ba)|"),
        scenario("what_is_registered_while_another_thread_runs_is_not_lost", || {
            register(|| print!("{}", RAN.load(Relaxed)));
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..1000 {
                            register(count_one);
                        }
                    });
                }
            });
        })
        .prints("4000"),
        scenario("threads_that_run_share_the_handlers_among_them", || {
            for _ in 0..10_000 {
                register(count_one);
            }
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(atexit::run);
                }
            });
            print!("{}", RAN.load(Relaxed));
        })
        .prints("10000"),
        scenario("exit_waits_for_a_handler_that_another_thread_runs", || {
            let (begun, wait) = mpsc::channel();
            register(move || {
                print!("begun ");
                begun.send(()).unwrap();
                Watched::main().wait_until_asleep();
                print!("finished ");
            });
            thread::spawn(atexit::run);
            // Rust's own cleanup leaves standard output alone if another thread is just printing.
            wait.recv().unwrap();
            register(|| print!("next"));
        })
        .prints("begun finished next"),
        scenario("exit_waits_for_a_handler_that_another_thread_runs_before_it_runs_an_older_one", || {
            register(|| {
                // None of these has a slot of its own.
                register(|| print!("older "));
                let (begun, wait) = mpsc::channel();
                register(move || {
                    begun.send(()).unwrap();
                    Watched::main().wait_until_asleep();
                    print!("newer ");
                });
                thread::spawn(atexit::run);
                wait.recv().unwrap();
            });
        })
        .prints("newer older "),
    ]
}
