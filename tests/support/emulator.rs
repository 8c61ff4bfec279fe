//! For build scripts: which emulator runs what they build.

use std::env;

/// The emulator, if it is for another platform than the one that builds it.
pub(crate) fn emulator() -> Option<&'static str> {
    let (target, host) = (env::var("TARGET").unwrap(), env::var("HOST").unwrap());
    let architecture = |triple: &str| triple.split('-').next().map(str::to_owned);
    if target.contains("windows") && !host.contains("windows") {
        Some("wine")
    } else if target.starts_with("wasm") {
        Some("node")
    } else if architecture(&target) != architecture(&host) {
        Some("qemu")
    } else {
        None
    }
}
