//! What the trace counts. Plain data.

use std::time::Duration;

/// What has run, for the summary.
#[derive(Clone, Copy)]
pub(crate) struct Totals {
    pub(crate) run: usize,
    pub(crate) failed: usize,
    pub(crate) time: Duration,
}

impl Totals {
    pub(super) const fn new() -> Self {
        Self { run: 0, failed: 0, time: Duration::ZERO }
    }
}
