//! Two copies of this crate in one executable, as two versions would be: `atexit`, and `again`.
//!
//! Small letters are handlers of the first, capital ones of the other.

use std::process::exit;
use std::sync::mpsc;
use std::thread;

use atexit_test_again as again;
use atexit_test_support::{Scenario, scenario, sleep_for_long, wait_until_exiting};

use crate::{put, register};

fn register_again(letters: &str) {
    letters.chars().for_each(|letter| _ = again::register_with(put, (letter,)));
}

/// Handlers of both are pending, and both have asked for the hook, the first of them earlier.
fn with_hooks(name: &'static str, end: impl Fn() + 'static) -> Scenario {
    scenario(name, move || {
        atexit::install_exit_hook().unwrap();
        again::install_exit_hook().unwrap();
        register("ab");
        register_again("AB");
        put('|');
        end();
    })
    .prints("|BAba")
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        with_hooks("process_exit_runs_the_handlers_of_both_copies", || exit(3)).exits(3),
        scenario("the_copy_that_has_asked_last_comes_first", || {
            again::install_exit_hook().unwrap();
            atexit::install_exit_hook().unwrap();
            register("ab");
            register_again("AB");
            exit(3);
        })
        .prints("baBA")
        .exits(3),
        scenario("both_copies_may_ask_at_once", || {
            let other = thread::spawn(again::install_exit_hook);
            atexit::install_exit_hook().unwrap();
            other.join().unwrap().unwrap();
            register("a");
            again::register(|| put('a'));
            exit(3);
        })
        .prints("aa")
        .exits(3)
        .times(20),
        scenario("only_the_copy_that_has_asked_runs_its_handlers", || {
            again::install_exit_hook().unwrap();
            register("ab");
            register_again("AB");
            exit(3);
        })
        .prints("BA")
        .exits(3),
        with_hooks("exit_of_one_copy_runs_the_handlers_of_both", || atexit::exit(3)).prints("|baBA").exits(3),
        with_hooks("process_exit_in_a_handler_of_either_copy_runs_the_rest_of_both", || {
            atexit::register(|| exit(5));
            again::register(|| exit(4));
            exit(3);
        })
        .exits(5),
        with_hooks("exit_of_the_other_copy_in_a_handler_runs_the_rest_of_both", || {
            atexit::register(|| again::exit(5));
            exit(3);
        })
        .exits(5),
        // When both have run their handlers, each finds the other one in the way.
        scenario("two_threads_that_exit_by_one_copy_each_end_the_process", || {
            let (done, wait) = mpsc::channel();
            atexit::install_exit_hook().unwrap();
            again::install_exit_hook().unwrap();
            register("ab");
            atexit::register(move || wait.recv().unwrap());
            again::register(move || done.send(()).unwrap());
            register_again("AB");
            again::register(wait_until_exiting);
            thread::spawn(|| atexit::exit(3));
            wait_until_exiting();
            again::exit(4)
        })
        .prints("BAba")
        .exits(3)
        .or_exits(4),
        with_hooks("two_threads_that_call_process_exit_at_once_run_the_handlers_of_both_copies", || {
            thread::spawn(|| exit(3));
            thread::spawn(|| exit(4));
            sleep_for_long();
        })
        .exits(3)
        .or_exits(4)
        .times(10),
    ]
}
