//! Beside C and C++, and beside itself: programs in C and C++ that the library of the fixture `libraries` is linked
//! into or that load it, programs with two copies of the runtime, programs that abort where others unwind, and one
//! whose allocator registers handlers.
//!
//! Each handler and each destructor leaves one letter: small ones are handlers that are registered by call, capital
//! ones are C's and C++'s, and digits are annotated functions. What a program leaves is one string.
//!
//! It is all about glibc: how other C runtimes unload libraries differs, and so do the flags for linking.

mod aborting;
mod allocator;
mod interleaving;
mod linking;
mod loading;
mod memory;
mod programs;
mod versions;

use std::env;
use std::process::ExitCode;

use atexit_test_support::{C, CPLUSPLUS, Need, main as run, needs};

const VALGRIND: Need = Need::program("valgrind", "valgrind", &["--version"]);

fn main() -> ExitCode {
    let compilers_are_for_this_platform = env::var_os("CROSS_CHILD_RUNNER").is_none();
    if !cfg!(all(target_os = "linux", target_env = "gnu")) || !compilers_are_for_this_platform {
        return run(Vec::new(), Vec::new);
    }
    let trials = [
        needs(&CPLUSPLUS, interleaving::trials()),
        needs(&C, loading::trials()),
        needs(&C, linking::trials()),
        needs(&VALGRIND, needs(&C, memory::trials())),
        versions::trials(),
        aborting::trials(),
        allocator::trials(),
    ];
    run(Vec::new(), || trials.into_iter().flatten().collect())
}
