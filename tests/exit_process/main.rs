//! `install_exit_hook` on Windows: `std::process::exit`, which is `ExitProcess` there, runs the handlers first, while
//! all threads live.
//!
//! What is printed by `put` goes past Rust's standard output, which other threads may have locked.
#![cfg_attr(not(windows), allow(missing_docs))]

#[cfg(windows)]
mod copies;
#[cfg(windows)]
mod meanwhile;
#[cfg(windows)]
mod size;
#[cfg(windows)]
mod ways;

use std::process::ExitCode;

#[cfg(windows)]
fn main() -> ExitCode {
    let scenarios = [ways::scenarios(), meanwhile::scenarios(), copies::scenarios()];
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), size::trials)
}

/// There is no hook here.
#[cfg(not(windows))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}

#[cfg(windows)]
fn put(letter: char) {
    const STDOUT: std::ffi::c_int = 1;
    let byte = letter as u8;
    // SAFETY: the pointer is that of one byte.
    unsafe { libc::write(STDOUT, (&raw const byte).cast(), 1) };
}

/// Registers handlers that put one letter each.
#[cfg(windows)]
fn register(letters: &str) {
    letters.chars().for_each(|letter| _ = atexit::register_with(put, (letter,)));
}

/// The program of a scenario: it has asked for the hook, and three handlers are pending.
#[cfg(windows)]
fn with_hook<T: std::process::Termination>(
    name: &'static str,
    end: impl Fn() -> T + 'static,
) -> atexit_test_support::Scenario {
    let program = move || {
        atexit::install_exit_hook().unwrap();
        register("abc");
        put('|');
        end()
    };
    atexit_test_support::scenario(name, program).prints("|cba")
}
