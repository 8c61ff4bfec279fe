//! Registers a function in several threads at the same time with C's `atexit`.

#[path = "../threads.rs"]
mod threads;

use std::hint::black_box;

extern "C" fn handler() {
    black_box(0);
}

fn main() {
    threads::time(|| {
        // SAFETY: the handler is a function that doesn't unwind.
        assert_eq!(unsafe { libc::atexit(handler) }, 0);
    });
}
