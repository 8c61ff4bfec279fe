//! Moments by the monotonic clock. Not `Instant`: its `now` unwraps an `io::Error`, whose `Debug` would be part of
//! every program.

use std::fmt;
use std::time::Duration;

use super::{C, CRuntime};

/// A moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment(Duration);

impl Moment {
    /// Out of line, for callers that mostly don't ask.
    #[cold]
    #[inline(never)]
    pub(crate) fn now() -> Self {
        Self(C::clock())
    }

    /// How long ago it was; zero, where there is no clock.
    pub(crate) fn elapsed(self) -> Duration {
        C::clock().saturating_sub(self.0)
    }
}

/// A time for a reader, in the unit that suits it and with one digit after the point. Not by `Duration`'s `Debug`,
/// which would add two kilobytes to every program.
pub(crate) struct Short(pub(crate) Duration);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = self.0.as_nanos();
        let (tenth, unit) = match nanoseconds {
            0..1_000_000 => (100, "µs"),
            1_000_000..1_000_000_000 => (100_000, "ms"),
            _ => (100_000_000, "s"),
        };
        #[allow(clippy::cast_possible_truncation, reason = "no exit takes five hundred years")]
        let tenths = nanoseconds as u64 / tenth;
        write!(f, "{}.{}{unit}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_time_has_one_digit_after_the_point() {
        let short = |nanoseconds| Short(Duration::from_nanos(nanoseconds)).to_string();
        assert_eq!([short(0), short(999_999), short(1_234_567)], ["0.0µs", "999.9µs", "1.2ms"]);
        assert_eq!([short(999_999_999), short(61_050_000_000)], ["999.9ms", "61.0s"]);
    }

    #[test]
    fn time_passes() {
        let begun = Moment::now();
        std::thread::sleep(Duration::from_millis(2));
        assert!(begun.elapsed() >= Duration::from_millis(2));
    }
}
