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
    } else if architecture(&target) != architecture(&host) && !runs_on(&target, &host) {
        "qemu"
    } else {
        return;
    };
    println!("cargo::rustc-cfg=emulator=\"{emulator}\"");
}

/// Whether a processor of the host runs the target's programs by itself: x86-64 those of 32 bits.
fn runs_on(target: &str, host: &str) -> bool {
    target.starts_with("i686-") && host.starts_with("x86_64-")
}
