//! Registers a function in several threads at the same time.

#[path = "../threads.rs"]
mod threads;

use std::hint::black_box;

fn handler() {
    black_box(0);
}

fn main() {
    threads::time(|| {
        atexit::register(handler);
    });
}
