//! Handlers run in the exact reverse of registration, with the arguments that they were registered with.

use std::sync::mpsc;
use std::thread;

use atexit::{register, register_with};
use atexit_test_support::{Scenario, register_letters, scenario};

/// A thread other than the main one registers a handler and exits the process.
fn runs_on_the_thread(name: &'static str, exit: fn() -> !) -> Scenario {
    let program = move || {
        let exits = move || {
            let this = thread::current().id();
            register(move || println!("{}", thread::current().id() == this));
            exit()
        };
        let _ = thread::spawn(exits).join();
    };
    scenario(name, program).prints("true\n")
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("handlers_run_in_reverse_order_of_registration", || register_letters("abcdefgh")).prints("hgfedcba"),
        scenario("a_thousand_handlers_run_in_reverse_order", || {
            for number in 0..1000 {
                register_with(|number| print!("{number} "), (number,));
            }
        })
        .prints(&(0..1000).rev().map(|number| format!("{number} ")).collect::<String>()),
        scenario("registrations_of_several_threads_keep_their_order", || {
            // The threads take turns, so that the order of their registrations is known.
            let (mut turns, mut threads) = (Vec::new(), Vec::new());
            let (done, next) = mpsc::channel();
            for name in ["x", "y", "z"] {
                let (turn, wait) = mpsc::channel();
                let done = done.clone();
                turns.push(turn);
                threads.push(thread::spawn(move || {
                    for round in wait {
                        register(move || print!("{name}{round} "));
                        done.send(()).unwrap();
                    }
                }));
            }
            for round in 0..3 {
                for turn in &turns {
                    turn.send(round).unwrap();
                    next.recv().unwrap();
                }
            }
            drop(turns);
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        })
        .prints("z2 y2 x2 z1 y1 x1 z0 y0 x0 "),
        scenario("arguments_are_passed_at_exit", || {
            register_with(|| println!("none"), ());
            register_with(|a: &str| println!("{a}"), ("one",));
            register_with(|a: String, b: Vec<u8>| println!("{a} {b:?}"), (String::from("two"), vec![1, 2]));
            register_with(
                |a, b, c, d, e, f, g, h| println!("{}", a + b + c + d + e + f + g + h),
                (1, 2, 3, 4, 5, 6, 7, 8),
            );
        })
        .prints("36\ntwo [1, 2]\none\nnone\n"),
        runs_on_the_thread("a_handler_runs_on_the_thread_that_exits", || atexit::exit(0)),
        // On Windows it runs no handlers.
        #[cfg(not(windows))]
        runs_on_the_thread("a_handler_runs_on_the_thread_that_calls_process_exit", || std::process::exit(0)),
        #[cfg(any(unix, windows))]
        // SAFETY: no other thread calls it.
        runs_on_the_thread("a_handler_runs_on_the_thread_that_calls_c_exit", || unsafe { libc::exit(0) }),
        scenario("a_handler_runs_on_the_main_thread_after_main", || {
            let this = thread::current().id();
            register(move || println!("{}", thread::current().id() == this));
        })
        .prints("true\n"),
        scenario("pending_lists_what_would_run_in_that_order", || {
            fn one() {}
            fn two() {}
            register(one);
            let line = line!() + 1;
            register(two);
            let pending = atexit::pending();
            let names: Vec<_> = pending.iter().map(|info| info.name().rsplit("::").next().unwrap()).collect();
            println!("{names:?} {}", atexit::count());
            assert_eq!(pending[0].location().line(), line);
            assert_eq!(pending[0].location().file(), file!());
            assert_eq!(pending[0].to_string(), format!("{} ({}:{line})", pending[0].name(), file!()));
        })
        .prints("[\"two\", \"one\"] 2\n"),
    ]
}
