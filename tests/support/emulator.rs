//! For build scripts: tells a crate which emulator runs it, if it is for another platform than the one that builds it.
//! `cfg(emulator = "…")` is for what the platform can do and its emulator can't.

use std::env;

pub(crate) fn tell() {
    println!("cargo::rustc-check-cfg=cfg(emulator, values(\"wine\", \"qemu\", \"node\"))");
    let (target, host) = (env::var("TARGET").unwrap(), env::var("HOST").unwrap());
    let architecture = |triple: &str| triple.split('-').next().map(str::to_owned);
    let emulator = if target.contains("windows") && !host.contains("windows") {
        "wine"
    } else if target.starts_with("wasm") {
        "node"
    } else if architecture(&target) != architecture(&host) {
        "qemu"
    } else {
        return;
    };
    println!("cargo::rustc-cfg=emulator=\"{emulator}\"");
}
