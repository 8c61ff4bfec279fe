//! What is known of the deadline. Plain data.

use std::time::Duration;

use super::Locked;
use crate::platform::{C, CRuntime};

/// How long the exit may take, and the thread that sees to it.
pub(crate) struct Deadline {
    pub(crate) limit: Option<Duration>,
    pub(crate) watchdog: Watchdog,
    /// Known here only once there was a deadline, so that the code is not part of programs that set none.
    pub(crate) functions: Option<&'static WatchdogFunctions>,
}

/// The thread that ends the process when the time is up.
#[derive(Default)]
pub(crate) enum Watchdog {
    #[default]
    None,
    Starting,
    Thread(<C as CRuntime>::RawThread),
}

/// What starts and stops the watchdog.
pub(crate) struct WatchdogFunctions {
    pub(crate) start: fn(Locked) -> Locked,
    pub(crate) stop: fn(Locked) -> Locked,
}

impl Deadline {
    pub(super) const fn new() -> Self {
        Self { limit: None, watchdog: Watchdog::None, functions: None }
    }

    pub(crate) fn is_set(&self) -> bool {
        self.limit.is_some()
    }

    /// The child of a fork has no such thread, and if it was forked during the exit, no deadline.
    pub(super) fn forget_watchdog(&mut self, is_exiting: bool) {
        self.watchdog = Watchdog::None;
        if is_exiting {
            self.limit = None;
        }
    }
}
