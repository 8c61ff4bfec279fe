//! Tells the tests which emulator runs them.

#[path = "../support/emulator.rs"]
mod emulator;

fn main() {
    emulator::tell();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../support/emulator.rs");
}
