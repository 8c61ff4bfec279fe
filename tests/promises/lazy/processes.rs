//! Signals, and children that are forked.

use std::thread;

use atexit::{Lazy, register, signals};
use atexit_test_support::{Forked, SIGTERM, Scenario, register_letters, scenario, sleep_for_long};

use super::{Letter, touch};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_signal_drops_a_lazy", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            signals::install().unwrap();
            register_letters("a");
            touch(&LAZY);
            // SAFETY: a signal to this very process.
            unsafe { libc::kill(libc::getpid(), SIGTERM) };
            sleep_for_long();
        })
        .prints("+la")
        .killed_by(SIGTERM),
        scenario("a_child_drops_its_copy_of_a_lazy", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            register_letters("a");
            touch(&LAZY);
            Forked::new(|| {
                touch(&LAZY);
                register_letters("b");
            })
            .exits(0);
            print!("|");
        })
        .prints("+bla|la"),
        scenario("clear_in_the_child_leaves_a_lazy_to_the_parent", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            touch(&LAZY);
            Forked::new(|| {
                print!("{} ", atexit::clear());
                touch(&LAZY);
                register_letters("b");
            })
            .exits(0);
            print!("|");
        })
        .prints("+1 b|l"),
        scenario("a_child_and_its_parent_each_make_a_lazy_that_was_not_made_before", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            register_letters("a");
            Forked::new(|| touch(&LAZY)).exits(0);
            print!("|");
            touch(&LAZY);
        })
        .prints("+la|+la"),
        scenario("a_lazy_in_use_by_a_thread_of_the_parent_is_in_use_in_the_child", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            let value = LAZY.get();
            let child = || Forked::new(|| atexit::exit(0)).exits(0);
            thread::spawn(child).join().unwrap();
            drop(value);
            print!("|");
        })
        .prints("+|l")
        .reports(
            "atexit: handler Lazy<promises::lazy::Letter> (tests/promises/lazy/processes.rs:N) failed: \
             it is still in use and will be dropped by its last user",
        ),
        scenario("a_child_of_a_handler_drops_a_lazy_that_is_left", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            touch(&LAZY);
            register(|| {
                Forked::new(|| atexit::exit(0)).exits(0);
                print!("|");
            });
        })
        .prints("+l|l"),
    ]
}
