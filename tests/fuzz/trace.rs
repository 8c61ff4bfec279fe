//! What is compared: all that can be seen of a process.

use atexit_test_support::{Left, Status};

/// What a process left.
#[derive(PartialEq, Debug)]
pub(crate) struct Trace {
    /// Each operation, each handler with its arguments, and what each call returned, a line each.
    pub(crate) stdout: String,
    /// The reports of failures.
    pub(crate) stderr: String,
    pub(crate) status: Status,
}

impl Trace {
    /// Of a process of Rust. In reports, the handler's path and the place of registration are left out: they
    /// belong to the interpreter, not to the program.
    pub(crate) fn of(left: Left) -> Self {
        let stderr = left.stderr.lines().map(|line| shorten(line) + "\n").collect();
        Self { stdout: left.stdout, stderr, status: left.status }
    }

    /// All of it, to be shown.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let stdout = self.stdout.lines().map(str::to_owned);
        let stderr = self.stderr.lines().map(|line| format!("(standard error) {line}"));
        stdout.chain(stderr).chain([self.status.to_string()])
    }
}

/// Makes `atexit: handler crate::module::name (file.rs:12) panicked` into `atexit: handler name panicked`.
fn shorten(line: &str) -> String {
    let parts = line.strip_prefix("atexit: handler ").and_then(|rest| {
        let (path, rest) = rest.split_once(" (")?;
        let (_location, rest) = rest.split_once(") ")?;
        Some(format!("atexit: handler {} {rest}", last_segment(path)))
    });
    parts.unwrap_or_else(|| line.to_owned())
}

/// A function's own name; `{{closure}}` for a closure.
pub(crate) fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}
