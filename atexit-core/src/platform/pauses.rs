//! Waiting for a bounded time, for what may never happen.

use std::thread;
use std::time::Duration;

/// The pauses between asking again and again whether something has happened, until about `time` has passed.
///
/// For what mostly takes microseconds and may never happen. No condition variable has to be told, and there is no
/// clock: the time is counted by the pauses, so that there is more of it on a busy machine, and while the process is
/// stopped none passes.
pub(crate) struct Pauses {
    /// In microseconds, as the next.
    left: u32,
    next: u32,
}

impl Pauses {
    const FIRST: u32 = 16;
    const LONGEST: u32 = 1_000;

    #[allow(clippy::cast_possible_truncation, reason = "nobody waits in vain for an hour")]
    pub(crate) const fn new(time: Duration) -> Self {
        Self { left: time.as_micros() as u32, next: Self::FIRST }
    }

    /// Pauses, and says whether it has: not if the time has passed.
    #[cold]
    pub(crate) fn pause(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        thread::sleep(Duration::from_micros(self.next.into()));
        self.left = self.left.saturating_sub(self.next);
        self.next = (self.next * 2).min(Self::LONGEST);
        true
    }
}

/// Waits until `is_done`, or about that long; says whether it is done. The caller says why it ends.
pub(crate) fn wait_until(is_done: impl Fn() -> bool, time: Duration) -> bool {
    let mut pauses = Pauses::new(time);
    while !is_done() {
        if !pauses.pause() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_not_waited_for_and_what_is_not_only_so_long() {
        assert!(wait_until(|| true, Duration::ZERO));
        assert!(!wait_until(|| false, Duration::from_micros(100)));
    }

    #[test]
    fn they_come_to_an_end() {
        let mut pauses = Pauses::new(Duration::from_micros(100));
        // 16, 32, 64.
        let mut count = 0;
        while pauses.pause() {
            count += 1;
        }
        assert_eq!(count, 3);
        assert!(!Pauses::new(Duration::ZERO).pause());
    }
}
