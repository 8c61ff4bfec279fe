//! Registers a handler, and never asks for the hook: so it doesn't contain it, which a test looks for.

#[cfg(windows)]
fn main() {
    atexit::register(|| println!("handler"));
    atexit::install_panic_hook();
    atexit::exit(0);
}

/// There is no hook here.
#[cfg(not(windows))]
fn main() {}
