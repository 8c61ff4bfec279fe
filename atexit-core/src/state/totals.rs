//! What the trace counts, and has said. Plain data.

use std::time::Duration;

use super::Reason;
use crate::handler::Completion;

/// What has run, for the summary.
#[derive(Clone, Copy)]
pub(crate) struct Totals {
    pub(crate) run: usize,
    pub(crate) skipped: usize,
    pub(crate) failed: usize,
    pub(crate) time: Duration,
    /// Why the process exits, as it has said last.
    pub(crate) reason: Option<Reason>,
}

impl Totals {
    pub(super) const fn new() -> Self {
        Self { run: 0, skipped: 0, failed: 0, time: Duration::ZERO, reason: None }
    }

    /// Notes what has become of a handler that was counted as run.
    pub(crate) fn note(&mut self, completion: Completion) {
        match completion {
            Completion::Finished => {}
            Completion::Skipped => {
                // Since then the state may have been lost, and the count with it.
                self.run = self.run.saturating_sub(1);
                self.skipped += 1;
            }
            Completion::Failed => self.failed += 1,
        }
    }
}
