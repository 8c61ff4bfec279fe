//! Registers a handler many times: `atexit_register function|closure COUNT exit|_exit`.

use std::env;
use std::hint::black_box;

fn handler() {
    black_box(0);
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let count: u64 = arguments[2].parse().expect("COUNT is a number");
    if arguments[1] == "function" {
        for _ in 0..count {
            atexit::register(handler);
        }
    } else {
        for number in 0..count {
            let (first, second) = black_box((number, number));
            atexit::register(move || {
                black_box(first + second);
            });
        }
    }
    if arguments[3] == "_exit" {
        // SAFETY: it ends the process without running anything.
        unsafe { libc::_exit(0) };
    }
}
