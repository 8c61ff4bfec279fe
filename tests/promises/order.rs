//! Promise 1.
use atexit::register;
use atexit_test_support::{Scenario, scenario};

pub fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("handlers_run_in_reverse_order_of_registration", || {
            for letter in ["a", "b", "c"] {
                register(move || print!("{letter}"));
            }
        })
        .prints("cba"),
    ]
}
