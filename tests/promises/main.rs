//! The promises, each kept by a process that really ends. One file a promise; the first, the order among annotated
//! functions of many crates, has a test of its own: `order`. How a process can end is in `ends`.

mod containment;
mod everywhere;
mod lazy;
mod lock;
mod once;
mod order;
mod unregister;

use std::process::ExitCode;

fn main() -> ExitCode {
    let scenarios = [
        order::scenarios(),
        once::scenarios(),
        unregister::scenarios(),
        containment::scenarios(),
        lock::scenarios(),
        lazy::scenarios(),
        everywhere::scenarios(),
    ];
    atexit_test_support::main(scenarios.into_iter().flatten().collect(), Vec::new)
}
