//! Tells the tests which emulator runs them: `cfg(emulator = "…")` is for what the platform can do and its emulator
//! can't.

#[path = "support/emulator.rs"]
mod emulator;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(emulator, values(\"wine\", \"qemu\", \"node\"))");
    if let Some(emulator) = emulator::emulator() {
        println!("cargo::rustc-cfg=emulator=\"{emulator}\"");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=support/emulator.rs");
}
