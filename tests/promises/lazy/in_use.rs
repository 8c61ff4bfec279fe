//! A value that somebody has when the static lets go.

use std::sync::{Arc, Mutex};

use atexit::{Lazy, register};
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
            std::mem::forget(LAZY.get());
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
            std::mem::forget(LAZY.get());
        })
        .prints("+")
        .reports(IN_USE),
        scenario("a_lazy_that_is_only_looked_at_is_not_in_use", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            std::mem::forget(LAZY.get().as_ref().map(Arc::downgrade));
        })
        .prints("+l"),
    ]
}
