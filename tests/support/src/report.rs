//! The words of reports, for the tests that compare them: the one place to change with them.

/// The last word of the report of a handler that panicked.
pub const PANICKED: &str = "panicked";

/// The report that the failure hook itself panicked.
pub const HOOK_PANICKED: &str = "atexit: the failure hook panicked";

/// The report that what the failure hook holds did so when it was dropped.
pub const HOOK_PANICKED_WHEN_DROPPED: &str = "atexit: the failure hook panicked when it was dropped";

/// The report that a handler panicked, which is given as its name and, in parentheses, its place.
#[macro_export]
macro_rules! panicked {
    ($handler:literal) => {
        concat!("atexit: handler ", $handler, " panicked")
    };
}
