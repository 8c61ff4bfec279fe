//! Annotated functions run in one order, whatever the optimiser and the linker make of the program.
//!
//! The program is `tests/fixtures/order`. Each of its functions prints a word: the letter of its crate, its place in
//! the crate's source, and a sign if its priority isn't 0. What it prints is written down here, from the promise alone:
//! higher priorities first, then the final program before the libraries, then crates from the last name to the first,
//! then the source from its end to its beginning.

use std::env::consts::EXE_EXTENSION;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use atexit_test_support::{
    Build, Failed, Process, STANDARD_LIBRARY, Status, Trial, child, fixture, main as run, needs, rustc, scratch,
};

/// What each profile prints.
const PROGRAM: &str = "main \
    first \
    p10+ p3+ z8+ z6+ m17+ a10+ \
    p14 p13 p12 p11 p9 p8 p7 p6 p5 p4 p2 \
    z9 z7 z5 z4 z3 z1 \
    T2 T1 t2 t1 \
    m25 m24 m23 m22 m21 m20 m19 m18 m16 m15 m14 m13 m12 m11 m10 m9 m8 m7 m6 m5 m4 m3 m2 m1 \
    a16 a15 a14 a13 a12 a11 a9 a7 a6 a5 a4 a3 a2 a1 \
    l2 l1 \
    p1- z2- a8- \
    last";

/// The same libraries with another final program, an example or a test.
const OTHER_PROGRAM: &str = "main \
    e3+ z8+ z6+ m17+ a10+ \
    e4 e2 \
    z9 z7 z5 z4 z3 z1 \
    T2 T1 t2 t1 \
    m25 m24 m23 m22 m21 m20 m19 m18 m16 m15 m14 m13 m12 m11 m10 m9 m8 m7 m6 m5 m4 m3 m2 m1 \
    a16 a15 a14 a13 a12 a11 a9 a7 a6 a5 a4 a3 a2 a1 \
    l2 l1 \
    e1- z2- a8-";

/// What the program prints that is compiled without cargo, and whose name sorts before its library's.
const WITHOUT_CARGO: &str = "main l2+ p2 p1 l3 l1";

fn main() -> ExitCode {
    // No program under wine can start cargo.
    if cfg!(emulator = "wine") {
        return run(Vec::new(), Vec::new);
    }
    let profiles = [
        ("annotated_functions_run_in_one_order_in_dev", "dev"),
        ("annotated_functions_run_in_one_order_in_release", "release"),
        ("annotated_functions_run_in_one_order_with_thin_lto", "thin-lto"),
        ("annotated_functions_run_in_one_order_with_fat_lto", "fat-lto"),
        ("annotated_functions_run_in_one_order_with_one_codegen_unit", "one-codegen-unit"),
        ("annotated_functions_run_in_one_order_with_256_codegen_units", "many-codegen-units"),
    ];
    let profiles = profiles.map(|(name, profile)| {
        Trial::test(name, move || builds("aardvark", &["--bin", "aardvark", "--profile", profile], PROGRAM))
    });
    let others = [
        ("an_example_counts_after_the_libraries", "--example", "ant"),
        ("a_test_counts_after_the_libraries", "--test", "antelope"),
    ];
    let others =
        others.map(|(name, kind, target)| Trial::test(name, move || builds(target, &[kind, target], OTHER_PROGRAM)));
    // How the compiler is told what to make of the library, and of the program.
    let without_cargo: [(_, &[_], &[_], _); _] = [
        ("without_cargo_a_program_counts_after_its_library", &["--crate-type", "lib"], &["--crate-type", "bin"], false),
        ("without_cargo_several_types_may_be_named", &["--crate-type=rlib,staticlib"], &["--crate-type=bin"], false),
        ("without_cargo_arguments_may_be_in_a_file", &["--crate-type=rlib"], &["--crate-type", "bin"], true),
        ("without_cargo_the_source_may_say_it", &[], &[], false),
    ];
    let without_cargo = without_cargo.map(|(name, library, program, is_in_file)| {
        Trial::test(name, move || compiles(name, library, program, is_in_file))
    });
    let without_cargo = needs(&STANDARD_LIBRARY, without_cargo.into());
    run(Vec::new(), || profiles.into_iter().chain(others).chain(without_cargo).collect())
}

/// Builds the fixture's program of that name with these arguments. It prints this.
fn builds(name: &str, arguments: &[&str], expected: &str) -> Result<(), Failed> {
    prints(&Build::new("order", arguments).executable(name)?, expected)
}

/// Compiles a library and a program without cargo, each with its arguments, which may be in a file. It prints what it
/// has to.
fn compiles(name: &str, library: &[&str], program: &[&str], is_in_file: bool) -> Result<(), Failed> {
    // A package that is there brings what the two need.
    let artifacts = Build::new("order", &["--package", "zebra"]).run()?;
    let folder = scratch(name);
    for (file, krate, own) in [("library.rs", "zebra", library), ("program.rs", "ant", program)] {
        let source = fixture("order").join("without_cargo").join(file).display().to_string();
        let arguments = [&["--crate-name", krate, "--extern=zebra", "-L.", &source], own].concat();
        let mut command = rustc(&folder, &artifacts)?;
        if is_in_file {
            fs::write(folder.join(krate), arguments.join("\n"))?;
            command.arg(format!("@{krate}"));
        } else {
            command.args(arguments);
        }
        let left = Process::run(command)?;
        if !left.succeeded() {
            return Err(left.stderr.into());
        }
    }
    prints(&folder.join("ant").with_extension(EXE_EXTENSION), WITHOUT_CARGO)
}

/// Compares all that the program prints, and how it ends.
fn prints(program: &Path, expected: &str) -> Result<(), Failed> {
    Process::run(child(program))?.is(expected, Status::Code(0))
}
