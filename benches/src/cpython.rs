//! Registering and running a million functions, beside Python's `atexit`.

use std::process::{Command, Stdio};

use crate::command::output;
use crate::figure::Figure;
use crate::package::{Result, folder};
use crate::programs::Programs;
use crate::rounds::{Group, Round, Samples, figure};

const HANDLERS: &str = "1000000";

/// Whether Python is on this machine.
pub fn is_here() -> bool {
    python().arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

pub fn group(programs: &Programs) -> Group<'_> {
    Group::new(30, || round(programs), figures)
}

/// The minima: other programs can only make it slower, and were seen to make Python slower by more. So the minima of
/// many rounds come close to what both take on a quiet machine, and the medians don't.
fn figures(samples: &Samples) -> Option<Vec<Figure>> {
    let pair = |what, time, peer| {
        let [ours, theirs] = ["atexit", "CPython"].map(|side| samples.minimum(&format!("{side} {time}")));
        Some(figure(what, ours? / 1e6, "ms", peer, theirs? / 1e6))
    };
    Some(vec![
        pair("`run()` of 1,000,000 functions", "run", "CPython's `_run_exitfuncs`")?,
        pair("register and run as many", "both", "CPython's")?,
    ])
}

fn round(programs: &Programs) -> Result<Round> {
    let script = folder().join("programs/run.py");
    let ours = times("atexit", &programs.output(&format!("atexit_run {HANDLERS}"))?)?;
    let theirs = times("CPython", &output(python().arg(script).arg(HANDLERS))?)?;
    Ok([ours, theirs].concat())
}

/// Nothing but the interpreter: no environment, no packages, which may register handlers of their own.
fn python() -> Command {
    let mut python = Command::new("python3");
    python.args(["-I", "-S"]);
    python
}

/// Reads what a program prints: how long registering took, and how long running, in nanoseconds.
fn times(side: &str, printed: &str) -> Result<Round> {
    let times: Vec<f64> = printed.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
    let [register, run] = times[..] else { return Err(format!("not two times: {printed}").into()) };
    Ok(vec![(format!("{side} run"), run), (format!("{side} both"), register + run)])
}
