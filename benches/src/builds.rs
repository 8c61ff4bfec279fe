//! What the crate adds to the time that a build takes, beside `linkme`.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime};

use crate::command::run;
use crate::package::{Result, folder};
use crate::programs::cargo;
use crate::rounds::{Group, Round, figure};

const PEER: &str = "linkme";
const SIDES: [&str; 2] = ["atexit", PEER];
const ROUNDS: usize = 5;

pub fn from_nothing() -> Group<'static> {
    Group::new(
        ROUNDS,
        || each(build_hello),
        |samples| {
            let [ours, theirs] = SIDES.map(|krate| samples.median(krate));
            Some(vec![figure("build hello from nothing", ours?, "s", PEER, theirs?)])
        },
    )
}

pub fn check() -> Result<Group<'static>> {
    // What the crates depend on is checked once before.
    each(check_thousand)?;
    Ok(Group::new(
        ROUNDS,
        || each(check_thousand),
        |samples| {
            let [ours, theirs] = SIDES.map(|krate| samples.median(krate));
            Some(vec![figure("cargo check of 1,000 annotated functions", ours?, "s", PEER, theirs?)])
        },
    ))
}

/// Measures it for both.
fn each(measure: fn(&str) -> Result<f64>) -> Result<Round> {
    SIDES.into_iter().map(|krate| Ok((krate.to_owned(), measure(krate)?))).collect()
}

/// Builds a program with one function and all that it depends on.
fn build_hello(krate: &str) -> Result<f64> {
    let target = folder().join("target/from-nothing");
    let _ = fs::remove_dir_all(&target);
    seconds(cargo("build", &target).args(["--package", &format!("with-{krate}"), "--bin", &format!("{krate}_one")]))
}

/// Checks a program with 1,000 functions, but not what it depends on.
fn check_thousand(krate: &str) -> Result<f64> {
    let source = folder().join("programs").join(krate).join("thousand.rs");
    touch(&source)?;
    let mut check = cargo("check", &folder().join("target"));
    // Otherwise the compiler would find that nothing has changed.
    check.env("CARGO_INCREMENTAL", "0");
    seconds(check.args(["--package", &format!("with-{krate}"), "--bin", &format!("{krate}_thousand")]))
}

fn touch(file: &Path) -> Result<()> {
    Ok(File::options().append(true).open(file)?.set_modified(SystemTime::now())?)
}

fn seconds(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    run(command)?;
    Ok(start.elapsed().as_secs_f64())
}
