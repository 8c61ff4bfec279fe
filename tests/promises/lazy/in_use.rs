//! A value that somebody has when the static lets go.

use std::sync::{Arc, Mutex, Weak};

use atexit::{Lazy, register};
#[cfg(not(target_family = "wasm"))]
use atexit_test_support::wait_until_exiting;
use atexit_test_support::{Scenario, register_letters, scenario};

use super::{Letter, touch};

/// What is reported of each.
const IN_USE: &str = "atexit: handler Lazy<promises::lazy::Letter> (tests/promises/lazy/in_use.rs:N) failed: \
                      it is still in use and will be dropped by its last user";

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_lazy_in_use_is_reported_and_dropped_by_its_last_user", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            static KEPT: Mutex<Vec<Arc<Letter>>> = Mutex::new(Vec::new());
            register(|| {
                let mut kept = KEPT.lock().unwrap();
                print!("{}(", LAZY.get().is_none());
                kept.pop();
                print!("-");
                kept.pop();
                print!(")");
            });
            KEPT.lock().unwrap().extend([LAZY.get().unwrap(), LAZY.get().unwrap()]);
            register_letters("a");
        })
        .prints("+atrue(-l)")
        .reports(IN_USE),
        scenario("a_lazy_that_is_never_given_back_is_reported_and_not_dropped", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            static KEPT: Mutex<Option<Arc<Letter>>> = Mutex::new(None);
            *KEPT.lock().unwrap() = LAZY.get();
            register_letters("a");
        })
        .prints("+a")
        .reports(IN_USE),
        scenario("a_lazy_in_use_by_another_is_dropped_after_that", || {
            static INNER: Lazy<Letter> = Lazy::new(|| Letter::new('i'));
            static OUTER: Lazy<Mutex<Option<Arc<Letter>>>> = Lazy::new(Mutex::default);
            touch(&OUTER);
            // It was made after the one that has it.
            *OUTER.get().unwrap().lock().unwrap() = INNER.get();
            register_letters("a");
        })
        .prints("+ai")
        .reports(IN_USE),
        scenario("a_lazy_in_use_on_a_thread_of_its_own_is_reported", || {
            static LAZY: Lazy<Letter> = Lazy::on_thread(|| Letter::new('l'));
            static KEPT: Mutex<Option<Arc<Letter>>> = Mutex::new(None);
            *KEPT.lock().unwrap() = LAZY.get();
        })
        .prints("+")
        .reports(IN_USE),
        #[cfg(not(target_family = "wasm"))]
        scenario("a_lazy_that_a_thread_uses_for_a_moment_is_dropped_after_that", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            let (has_it, wait) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let letter = LAZY.get();
                has_it.send(()).unwrap();
                wait_until_exiting();
                drop(letter);
            });
            wait.recv().unwrap();
            register_letters("a");
        })
        .prints("+al"),
        // It is too large to be moved onto the stack.
        #[cfg(not(target_family = "wasm"))]
        scenario("a_large_lazy_is_dropped_on_a_thread_with_little_stack", || {
            static LAZY: Lazy<(Letter, [u8; 256 << 10])> = Lazy::new(|| (Letter::new('l'), [7; 256 << 10]));
            assert_eq!(LAZY.get().unwrap().1[1000], 7);
            let _ = std::thread::spawn(|| atexit::exit(3)).join();
        })
        .prints("+l")
        .exits(3),
        scenario("a_lazy_that_is_only_looked_at_is_not_in_use", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            static KEPT: Mutex<Option<Weak<Letter>>> = Mutex::new(None);
            *KEPT.lock().unwrap() = LAZY.get().as_ref().map(Arc::downgrade);
        })
        .prints("+l"),
    ]
}
