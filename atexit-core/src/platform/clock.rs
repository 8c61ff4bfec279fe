//! Moments by the monotonic clock. Not `Instant`: its `now` unwraps an `io::Error`, whose `Debug` would be part of
//! every program.

use std::time::Duration;

use super::{C, CRuntime};

/// A moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment(Duration);

impl Moment {
    pub(crate) fn now() -> Self {
        Self(C::clock())
    }

    /// How long ago it was; zero, where there is no clock.
    pub(crate) fn elapsed(self) -> Duration {
        C::clock().saturating_sub(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes() {
        let begun = Moment::now();
        std::thread::sleep(Duration::from_millis(2));
        assert!(begun.elapsed() >= Duration::from_millis(2));
    }
}
