//! Registers a function many times with C's `atexit`: `bare_register COUNT exit|_exit`.

use std::env;
use std::hint::black_box;

extern "C" fn handler() {
    black_box(0);
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let count = arguments[1].parse().expect("COUNT is a number");
    for _ in 0..count {
        // SAFETY: the handler is a function that doesn't unwind.
        assert_eq!(unsafe { libc::atexit(handler) }, 0);
    }
    if arguments[2] == "_exit" {
        // SAFETY: it ends the process without running anything.
        unsafe { libc::_exit(0) };
    }
}
