//! Registers a function many times and runs it: `atexit_run COUNT`. Prints how long each took, in nanoseconds.

use std::env;
use std::hint::black_box;
use std::time::Instant;

fn handler() {
    black_box(0);
}

fn main() {
    let count: u64 = env::args().nth(1).and_then(|count| count.parse().ok()).expect("COUNT is a number");
    let start = Instant::now();
    for _ in 0..count {
        atexit::register(handler);
    }
    let registered = start.elapsed();
    let start = Instant::now();
    atexit::run();
    println!("{} {}", registered.as_nanos(), start.elapsed().as_nanos());
    // SAFETY: it ends the process without running anything.
    unsafe { libc::_exit(0) };
}
