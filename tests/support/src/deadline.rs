//! What a process leaves that its deadline has cut short.

use libtest_mimic::Failed;

use crate::compare::without_numbers;
use crate::process::Left;
use crate::scenario::Status;

/// How reports name a handler that [`register_letters`](crate::register_letters) has registered, without the file.
pub const LETTER: &str = "atexit_test_support::programs::letter";

/// How reports name [`sleep_for_long`](crate::sleep_for_long), without the file.
pub const SLEEPER: &str = "atexit_test_support::programs::sleep_for_long";

/// How the reason of an exit whose status is told by C's `exit` alone is displayed, with `N` in place of numbers.
pub const TOLD_BY_C: &str =
    if cfg!(all(target_os = "linux", target_env = "gnu", not(atexit_status_untold))) { "status N" } else { UNKNOWN };

/// Of the C runtimes here, only glibc's tells it.
pub(crate) const UNKNOWN: &str = "an unknown status";

/// What is promised: why the process exits, which handler is still running, and which are pending, each as reports name
/// it, in parentheses `file.rs:N`.
pub struct CutShort<'a> {
    /// Why the process exits, with `N` in place of numbers.
    pub reason: &'a str,
    /// The handler that is stuck.
    pub running: &'a str,
    /// The handlers that don't run any more, in the order in which they would.
    pub pending: &'a [&'a str],
    /// What it prints before.
    pub stdout: &'a str,
    /// How it ends.
    pub status: Status,
}

/// Checks that the deadline has ended the process while that handler was running, and what it printed before.
///
/// # Errors
///
/// What the process left, if that is something else.
pub fn is_cut_short(left: &Left, stdout: &str, handler: &str) -> Result<(), Failed> {
    let is_named = without_numbers(&left.stderr).contains(&still_running(handler));
    if is_named && left.stdout == stdout && left.status == Status::Code(124) {
        return Ok(());
    }
    Err(format!("{handler} should be named: {left:#?}").into())
}

/// The line that names the handler that is stuck.
fn still_running(handler: &str) -> String {
    format!("atexit: handler {handler} is still running after Nms")
}

impl CutShort<'_> {
    /// Checks it.
    ///
    /// # Errors
    ///
    /// What the process left, if that is something else.
    pub fn check(&self, left: &Left) -> Result<(), Failed> {
        let mut lines = vec![
            format!("atexit: exiting with {}", self.reason),
            "atexit: the exit deadline of Nms has passed".to_owned(),
            still_running(self.running),
        ];
        lines.extend(
            self.pending.iter().map(|name| format!("atexit: handler {name} is still pending and will not run")),
        );
        let reported = without_numbers(&left.stderr);
        if left.stdout == self.stdout && left.status == self.status && reported == lines {
            return Ok(());
        }
        Err(format!("it should print {:?}, report {lines:#?} and end with {}: {left:#?}", self.stdout, self.status)
            .into())
    }
}
