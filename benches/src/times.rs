//! The figures that differ from one measurement to the next: times. Each is the median of several rounds, and what is
//! compared takes turns.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime};

use crate::figures::{Comparison, Figure};
use crate::programs::{cargo, run};
use crate::{Result, folder};

const ROUNDS: usize = 5;

pub fn measure() -> Result<Vec<Figure>> {
    let mut all = in_process()?;
    let [ours, theirs] = side_by_side(&["atexit", "linkme"].map(|krate| move || build_hello(krate)))?;
    all.push(figure("build hello from nothing", ours, "s", "linkme", theirs));
    // What the crates depend on is checked once before.
    ["atexit", "linkme"].map(check_thousand).into_iter().collect::<Result<Vec<_>>>()?;
    let [ours, theirs] = side_by_side(&["atexit", "linkme"].map(|krate| move || check_thousand(krate)))?;
    all.push(figure("cargo check of 1,000 annotated functions", ours, "s", "linkme", theirs));
    Ok(all)
}

fn figure(what: &str, ours: f64, unit: &str, peer: &str, theirs: f64) -> Figure {
    Figure::new(what, unit, Comparison::Of, ours, peer, theirs)
}

/// Registering, in one thread and in eight, and in Python.
fn in_process() -> Result<Vec<Figure>> {
    let mut rounds: HashMap<String, Vec<f64>> = HashMap::new();
    for _ in 0..ROUNDS {
        for (name, time) in harness()? {
            rounds.entry(name).or_default().push(time);
        }
        if let Some(time) = python() {
            rounds.entry("python".into()).or_default().push(time);
        }
    }
    let time = |name: &str| rounds.get(name).cloned().map(median);
    let pair = |what: &str, ours: &str, peer: &str, theirs: &str| {
        let ours = time(ours).ok_or_else(|| format!("the harness doesn't tell of {ours}"))?;
        Ok(time(theirs).map(|theirs| figure(what, ours, "ns", peer, theirs)))
    };
    let figures = [
        pair("register from 1 thread", "register t=1", "libc::atexit", "libc_atexit t=1"),
        pair("register from 8 threads", "register t=8", "libc::atexit", "libc_atexit t=8"),
        pair("register from 1 thread", "register t=1", "CPython's atexit.register", "python"),
    ];
    let figures = figures.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(figures.into_iter().flatten().collect())
}

/// The medians in nanoseconds of what `in_process.rs` measures, by name and number of threads.
fn harness() -> Result<Vec<(String, f64)>> {
    let output = cargo("bench", &folder().join("target")).args(["--bench", "times"]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(medians(&String::from_utf8(output.stdout)?))
}

/// Reads the harness's table: `├─ name │ …`, below it `│  ├─ t=8  fastest │ slowest │ median │ …`.
fn medians(table: &str) -> Vec<(String, f64)> {
    let mut group = "";
    let mut all = Vec::new();
    for line in table.lines() {
        let Some((branch, row)) = line.split_once("─ ") else { continue };
        let name = row.split_whitespace().next().unwrap_or_default();
        if !branch.contains(' ') {
            group = name;
        } else if let Some(median) = row.split('│').nth(2).and_then(nanoseconds) {
            all.push((format!("{group} {name}"), median));
        }
    }
    all
}

fn nanoseconds(text: &str) -> Option<f64> {
    let (value, unit) = text.trim().split_once(' ')?;
    let scale = match unit {
        "ns" => 1.0,
        "µs" => 1e3,
        "ms" => 1e6,
        _ => return None,
    };
    Some(value.parse::<f64>().ok()? * scale)
}

/// What Python's `atexit.register` takes in nanoseconds, if Python is on this machine.
fn python() -> Option<f64> {
    const PROGRAM: &str = "\
import atexit, os, time
def handler(): pass
count = 100_000
start = time.perf_counter_ns()
for _ in range(count): atexit.register(handler)
print((time.perf_counter_ns() - start) / count, flush=True)
os._exit(0)";
    let output = Command::new("python3").args(["-c", PROGRAM]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
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

/// The medians of two measurements that take turns.
fn side_by_side(measurements: &[impl Fn() -> Result<f64>; 2]) -> Result<[f64; 2]> {
    let mut rounds = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        for (measure, times) in measurements.iter().zip(&mut rounds) {
            times.push(measure()?);
        }
    }
    Ok(rounds.map(median))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_harness_is_read() {
        let table = "\
times           fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ libc_atexit                │               │               │               │         │
│  ├─ t=1       21.4 ns       │ 43.2 ns       │ 22.5 ns       │ 23.1 ns       │ 100     │ 100000
│  ╰─ t=8       81.4 ns       │ 143.2 ns      │ 1.25 µs       │ 93.1 ns       │ 104     │ 104000
╰─ register                   │               │               │               │         │
   ╰─ t=1       61.4 ns       │ 83.2 ns       │ 62.5 ns       │ 63.1 ns       │ 100     │ 100000";
        let medians = medians(table);
        let names: Vec<_> = medians.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["libc_atexit t=1", "libc_atexit t=8", "register t=1"]);
        let times: Vec<_> = medians.iter().map(|(_, time)| time.round()).collect();
        assert!(times.iter().zip([23.0, 1250.0, 63.0]).all(|(time, expected)| (time - expected).abs() < 1.0));
    }
}
