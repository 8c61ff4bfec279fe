//! What the trace counts, and has said. Plain data.

use std::time::Duration;

use super::Reason;

/// What has run, for the summary.
#[derive(Clone, Copy)]
pub(crate) struct Totals {
    pub(crate) run: usize,
    pub(crate) failed: usize,
    pub(crate) time: Duration,
    /// Why the process exits, as it has said last.
    pub(crate) reason: Option<Reason>,
}

impl Totals {
    pub(super) const fn new() -> Self {
        Self { run: 0, failed: 0, time: Duration::ZERO, reason: None }
    }
}
