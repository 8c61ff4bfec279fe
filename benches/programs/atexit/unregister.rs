//! Registers a function many times, and may unregister each of them, oldest first: `atexit_unregister COUNT keep|all`.

use std::env;
use std::hint::black_box;

use atexit::Registration;

fn handler() {
    black_box(0);
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let count = arguments[1].parse().expect("COUNT is a number");
    let registrations: Vec<Registration> = (0..count).map(|_| atexit::register(handler)).collect();
    if arguments[2] == "all" {
        for registration in registrations {
            assert!(registration.unregister());
        }
    }
    // SAFETY: it ends the process without running anything.
    unsafe { libc::_exit(0) };
}
