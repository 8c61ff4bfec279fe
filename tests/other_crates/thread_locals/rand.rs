//! `rand` keeps its generator in a thread-local.

use atexit_test_support::Scenario;

pub(crate) fn scenarios() -> Vec<Scenario> {
    crate::ways::scenarios("a_random_number_is_drawn", draw, "Drawn. ", draw, "Drawn. ")
}

fn draw() {
    let _: u64 = rand::random();
    print!("Drawn. ");
}
