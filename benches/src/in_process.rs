//! Registering, in one thread and in eight at once: each registers the same number of handlers.

use std::hint::black_box;
use std::io::{self, Write};

use atexit::Registration;

fn main() {
    divan::main();
    let _ = io::stdout().flush();
    // SAFETY: it ends the process without running the handlers, millions of them.
    unsafe { libc::_exit(0) };
}

#[divan::bench(threads = [1, 8], sample_count = 40, sample_size = 20_000)]
fn register() -> Registration {
    fn handler() {
        black_box(0);
    }

    atexit::register(handler)
}

#[divan::bench(threads = [1, 8], sample_count = 40, sample_size = 20_000)]
fn libc_atexit() -> i32 {
    // Not empty: the compiler leaves out registering a handler that does nothing.
    extern "C" fn handler() {
        black_box(0);
    }

    // SAFETY: the handler is a function that doesn't unwind.
    unsafe { libc::atexit(handler) }
}
