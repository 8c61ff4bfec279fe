//! Threads that register in a loop while the process exits, faster than their handlers run, must not keep it from
//! exiting. Plain data.
//!
//! What counts is only what delays the exit: handlers that are pending. As soon as far more are than when the exit
//! began, other threads wait before they add another, until everything has run. But the handler that is running just
//! then may wait for one of these threads; so when no handler gives way to the next for a while, as many again are
//! let through.

use crate::platform::bounds;

/// Decides when threads that register during the exit have to wait.
pub(crate) struct Backlog {
    /// How many may be pending.
    limit: usize,
    /// More have been. From then on threads wait: else they would keep the backlog at the limit forever.
    was_exceeded: bool,
    /// As long as no handler has begun but these, threads are let through, up to the limit.
    let_through: Option<u64>,
}

impl Backlog {
    pub(crate) const fn new() -> Self {
        Self { limit: bounds::BACKLOG, was_exceeded: false, let_through: None }
    }

    /// The exit begins, with so many handlers pending.
    pub(crate) fn begin(&mut self, pending: usize) {
        *self = Self { limit: pending.saturating_add(bounds::BACKLOG), ..Self::new() };
    }

    /// Whether a thread that doesn't carry out the exit waits before it adds to those that are pending.
    pub(crate) fn is_full(&mut self, pending: usize, handlers_begun: u64) -> bool {
        let is_at_limit = pending >= self.limit;
        self.was_exceeded |= is_at_limit;
        self.was_exceeded && (is_at_limit || self.let_through != Some(handlers_begun))
    }

    /// A thread has waited, and no handler has begun since.
    pub(crate) fn let_through(&mut self, pending: usize, handlers_begun: u64) {
        self.limit = pending.saturating_add(bounds::BACKLOG);
        self.let_through = Some(handlers_begun);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_pending_counts() {
        let mut backlog = Backlog::new();
        backlog.begin(100);
        for handlers_begun in 0..10 * bounds::BACKLOG as u64 {
            assert!(!backlog.is_full(bounds::BACKLOG, handlers_begun));
        }
        assert!(backlog.is_full(bounds::BACKLOG + 100, 0));
    }

    #[test]
    fn once_exceeded_it_stays_full_until_the_exit_is_over() {
        let mut backlog = Backlog::new();
        backlog.begin(0);
        assert!(backlog.is_full(bounds::BACKLOG, 0));
        assert!(backlog.is_full(0, 1));
    }

    #[test]
    fn as_many_again_are_let_through_until_the_next_handler_begins() {
        let mut backlog = Backlog::new();
        backlog.begin(0);
        assert!(backlog.is_full(bounds::BACKLOG, 7));
        backlog.let_through(bounds::BACKLOG, 7);
        assert!(!backlog.is_full(bounds::BACKLOG * 2 - 1, 7));
        assert!(backlog.is_full(bounds::BACKLOG * 2, 7));
        assert!(backlog.is_full(bounds::BACKLOG, 8));
    }
}
