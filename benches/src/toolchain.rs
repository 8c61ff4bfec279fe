//! What the exact figures depend on: the compiler and the C library.

use std::process::Command;

use crate::package::Result;

/// The versions of both.
pub fn version() -> Result<String> {
    let rustc = output("rustc")?;
    // The last word of the first line, after the distribution's own version: `ldd (Debian GLIBC 2.36-9) 2.36`.
    let libc = output("ldd")?;
    let libc = libc.lines().next().and_then(|line| line.split_whitespace().last()).unwrap_or("unknown");
    Ok(format!("{}, C library {libc}", rustc.trim()))
}

fn output(program: &str) -> Result<String> {
    let output = Command::new(program).arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?)
}
