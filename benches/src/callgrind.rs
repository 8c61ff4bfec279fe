//! Counting the instructions of a whole process, from the first of the dynamic linker to the last of `_exit`.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::package::Result;

/// Whether valgrind is on this machine.
pub fn is_here() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Counts the instructions of a program with these arguments.
///
/// Of the environment it sees the path alone, since what the dynamic linker does depends on the rest.
pub fn instructions(program: &Path, arguments: &[&str]) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .env_clear()
        .envs(env::var_os("PATH").map(|path| ("PATH", path)))
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let count = report.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match count {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!("{} under callgrind, {}:\n{report}", program.display(), output.status).into()),
    }
}
