//! Tells the tests for which platform they are built, since cargo tells that to build scripts alone.

use std::env;

fn main() {
    let (target, host) = (env::var("TARGET").unwrap(), env::var("HOST").unwrap());
    if target != host {
        println!("cargo::rustc-env=ATEXIT_TEST_TARGET={target}");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
