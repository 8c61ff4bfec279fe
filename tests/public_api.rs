//! The public API, with all features, as committed in `public_api/`: a file for each crate that is published.
//!
//! `PUBLIC_API=overwrite` writes them anew, to be read before they are kept: is each change meant, does the changelog
//! say it, and can the next version have it?

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use atexit_test_support::{Failed, RUST, Trial, cargo, main as run, needs, repository, same};
use public_api::{Builder, PublicApi};

const CRATES: [&str; 3] = ["atexit", "atexit-core", "atexit-macros"];

/// Traits that a version of Rust has for itself. Nobody can name them.
const UNSTABLE: [&str; 3] =
    ["impl core::marker::Freeze ", "impl core::marker::UnsafeUnpin ", "impl core::marker::StructuralPartialEq "];

fn main() -> ExitCode {
    let trials = CRATES.map(|name| {
        Trial::test(format!("the_public_api_of_{}_is_the_committed_one", name.replace('-', "_")), || compare(name))
    });
    // No program under wine can start cargo.
    if cfg!(emulator = "wine") {
        return run(Vec::new(), Vec::new);
    }
    run(Vec::new(), || needs(&RUST, trials.into()))
}

fn compare(name: &str) -> Result<(), Failed> {
    let committed = repository().join("tests/public_api").join(name).with_extension("txt");
    let found = public_api(name)?;
    if env::var_os("PUBLIC_API").is_some_and(|wish| wish == "overwrite") {
        fs::write(&committed, &found)?;
    }
    let expected = fs::read_to_string(committed)?;
    // Only where they differ, since there are many lines.
    same(
        &format!("the public API of {name}, where it changed (`PUBLIC_API=overwrite` writes the file anew),"),
        without(&found, &expected),
        &without(&expected, &found),
    )
}

/// The lines that the other text doesn't have, or not as often: a function and an attribute of one name have one each.
fn without(text: &str, other: &str) -> String {
    let mut others: Vec<&str> = other.lines().collect();
    let is_new = |line: &&str| match others.iter().position(|other| other == line) {
        Some(position) => {
            others.swap_remove(position);
            false
        }
        None => true,
    };
    text.lines().filter(is_new).map(|line| format!("{line}\n")).collect()
}

/// A line for each public item and implementation, sorted.
fn public_api(name: &str) -> Result<String, Failed> {
    let api: PublicApi = Builder::from_rustdoc_json(description(name)?).omit_blanket_impls(true).build()?;
    let lines = api.items().map(ToString::to_string);
    let stable = lines.filter(|line| !UNSTABLE.iter().any(|of| line.starts_with(of)));
    Ok(stable.map(|line| line + "\n").collect())
}

/// What rustdoc knows of the crate of that name, as JSON. It holds no hidden item.
fn description(name: &str) -> Result<PathBuf, Failed> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public_api");
    let mut command = cargo(&repository());
    // Always for the platform that builds. Rustdoc of a stable Rust can write JSON, too, if it is let.
    command.env_remove("CARGO_BUILD_TARGET").env("RUSTC_BOOTSTRAP", "1");
    command.args(["rustdoc", "--quiet", "--lib", "--all-features", "--package", name, "--target-dir"]).arg(&target);
    command.args(["--", "-Z", "unstable-options", "--output-format", "json"]);
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(target.join("doc").join(name.replace('-', "_")).with_extension("json"))
}
