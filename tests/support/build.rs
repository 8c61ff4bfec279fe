//! Tells the tests for which platform they are built, by which compiler, which compilers of C and C++ there are for it,
//! and which emulator runs them, since cargo tells that to build scripts alone.

mod emulator;

use std::env;
use std::process::Command;

fn main() {
    let (target, host) = (env::var("TARGET").unwrap(), env::var("HOST").unwrap());
    println!("cargo::rustc-env=ATEXIT_TEST_TARGET={target}");
    if target != host {
        println!("cargo::rustc-env=ATEXIT_TEST_PLATFORM={target}");
    }
    emulator::tell();
    let rustc = Command::new(env::var_os("RUSTC").unwrap()).arg("--version").output().unwrap();
    let version = String::from_utf8(rustc.stdout).unwrap();
    println!("cargo::rustc-env=ATEXIT_TEST_RUSTC={}", version.split(' ').nth(1).unwrap());
    for (variable, is_cplusplus) in [("ATEXIT_TEST_CC", false), ("ATEXIT_TEST_CXX", true)] {
        let compiler = cc::Build::new().cpp(is_cplusplus).cargo_metadata(false).try_get_compiler();
        // Where there is none, the tests say so.
        let path = compiler.map_or_else(|_| "cc".into(), |compiler| compiler.path().to_owned());
        println!("cargo::rustc-env={variable}={}", path.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=emulator.rs");
}
