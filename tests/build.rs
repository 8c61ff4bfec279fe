//! Tells the tests which emulator runs them, if they are built for another platform than the one that builds them:
//! `cfg(emulator = "…")` is for what the platform can do and its emulator can't.

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(emulator, values(\"wine\", \"qemu\", \"node\"))");
    let (target, host) = (env::var("TARGET").unwrap(), env::var("HOST").unwrap());
    let architecture = |triple: &str| triple.split('-').next().map(str::to_owned);
    let emulator = if target.contains("windows") && !host.contains("windows") {
        Some("wine")
    } else if target.starts_with("wasm") {
        Some("node")
    } else if architecture(&target) != architecture(&host) {
        Some("qemu")
    } else {
        None
    };
    if let Some(emulator) = emulator {
        println!("cargo::rustc-cfg=emulator=\"{emulator}\"");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
