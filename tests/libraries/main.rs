//! Beside C and C++, and beside itself: programs in C and C++ that the library of the fixture `libraries` is linked
//! into or that load it, programs that exit or fork where the loader or others stand in the way, plugins that share the
//! runtime, programs with two copies of it, programs that abort where others unwind, one whose allocator calls
//! this crate, and one without a handler.
//!
//! Each handler and each destructor leaves one letter: small ones are handlers that are registered by call, capital
//! ones are C's and C++'s, and digits are annotated functions. What a program leaves is one string.
//!
//! With musl, C's `exit` can't be called again and `dlclose` unloads nothing. Of platforms other than Linux nothing is
//! known.

mod aborting;
mod allocator;
/// Where a forked child starts a thread, qemu 7.2 fails an assertion of its own: `plugins/core.c`, in
/// `qemu_plugin_vcpu_init_hook`.
#[cfg(not(emulator = "qemu"))]
mod forking;
mod interleaving;
/// Only glibc passes a status.
#[cfg(target_env = "gnu")]
mod interposed;
mod linking;
/// musl unloads nothing.
#[cfg(not(target_env = "musl"))]
mod loader;
#[cfg(not(target_feature = "crt-static"))]
mod loading;
/// Valgrind knows the allocator of glibc, and runs programs for its own processor.
#[cfg(all(target_env = "gnu", not(emulator = "qemu")))]
mod memory;
/// Only glibc has namespaces.
#[cfg(target_env = "gnu")]
mod namespaces;
mod only_exiting;
mod programs;
/// The standard library is no library by itself for musl, and the emulator would have to find it.
#[cfg(all(target_env = "gnu", not(emulator = "qemu")))]
mod sharing;
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
        #[cfg(not(emulator = "qemu"))]
        needs(&C, forking::trials()),
        #[cfg(not(target_feature = "crt-static"))]
        needs(&C, loading::trials()),
        #[cfg(not(target_env = "musl"))]
        needs(&C, loader::trials()),
        #[cfg(all(target_env = "gnu", not(emulator = "qemu")))]
        needs(&memory::VALGRIND, needs(&C, memory::trials())),
        #[cfg(target_env = "gnu")]
        needs(&C, needs(&CPLUSPLUS, namespaces::trials())),
        #[cfg(all(target_env = "gnu", not(emulator = "qemu")))]
        sharing::trials(),
        versions::trials(),
        #[cfg(target_env = "gnu")]
        interposed::trials(),
        aborting::trials(),
        allocator::trials(),
        only_exiting::trials(),
    ];
    run(Vec::new(), || trials.into_iter().flatten().collect())
}
