//! Tells the tests for which platform they are built, by which compiler, and which emulator runs them, since cargo
//! tells that to build scripts alone.

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
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=emulator.rs");
}
