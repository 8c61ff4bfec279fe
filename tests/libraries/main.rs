//! Beside C and C++, and beside itself: programs in C and C++ that the library of the fixture `libraries` is linked
//! into or that load it, programs with two copies of the runtime, programs that abort where others unwind, and one
//! whose allocator calls this crate.
//!
//! Each handler and each destructor leaves one letter: small ones are handlers that are registered by call, capital
//! ones are C's and C++'s, and digits are annotated functions. What a program leaves is one string.
//!
//! With musl, C's `exit` can't be called again and `dlclose` unloads nothing. Of platforms other than Linux nothing is
//! known.

mod aborting;
mod allocator;
mod interleaving;
mod linking;
#[cfg(not(target_feature = "crt-static"))]
mod loading;
/// Valgrind knows the allocator of glibc, and runs programs for its own processor.
#[cfg(all(target_env = "gnu", not(emulator = "qemu")))]
mod memory;
mod programs;
mod versions;

use std::process::ExitCode;

use atexit_test_support::{C, CPLUSPLUS, main as run, needs};

fn main() -> ExitCode {
    if cfg!(not(target_os = "linux")) {
        return run(Vec::new(), Vec::new);
    }
    let trials = [
        needs(&CPLUSPLUS, interleaving::trials()),
        needs(&C, linking::trials()),
        #[cfg(not(target_feature = "crt-static"))]
        needs(&C, loading::trials()),
        #[cfg(all(target_env = "gnu", not(emulator = "qemu")))]
        needs(&memory::VALGRIND, needs(&C, memory::trials())),
        versions::trials(),
        aborting::trials(),
        allocator::trials(),
    ];
    run(Vec::new(), || trials.into_iter().flatten().collect())
}
