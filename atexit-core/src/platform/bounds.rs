//! How long this crate waits for what isn't its own, at most, and how much it keeps; all in one place, with what goes
//! wrong if a bound is too small. If one is too large, a program that is stuck ends that much later.
//!
//! | bound | what is waited for | too short |
//! | --- | --- | --- |
//! | [`FORK`] | another thread to fork | the child may lose what is pending |
//! | [`AFTER_FORK`] | who waited for the fork before | they starve beside a thread that forks in a loop |
//! | [`THREAD_TO_END`] | a thread with nothing left to do | it runs code of a library that is unloaded |
//! | [`DELEGATE_TO_ARRIVE`] | a handler's own thread to begin | on a busy machine, it runs without thread-locals |
//! | [`DELEGATE_TO_LEAVE`] | its thread-locals' destructors | the next handler begins before they are through |
//! | [`SIGNAL_THREAD_TO_START`] | the thread that waits for signals | a child that is forked meanwhile may hang |
//! | [`SAME_MESSAGE`] | signals that mean the same | `timeout`, or a terminal, ends a service amid its handlers |
//! | [`ASKING_C`] | another thread to take a slot | C's handlers run in another order, or a child skips them |
//! | [`TO_REACH_SLOT`] | a thread on its way to a slot | the process ends with that one's status |
//! | [`TO_LEAVE_SLOT`] | a thread on its way out of our code | it crashes in code that was unloaded |
//! | [`LAZY_USERS`] | threads that use a `Lazy` for a moment | it is reported as in use, and maybe never dropped |
//! | [`TO_END`] | a thread that ends the process | it ends with another thread's status |
//! | [`FLUSH`] | the standard streams | what was printed is lost if its reader is slow |
//! | [`REPORT`] | the reader of standard error | the deadline ends the process without saying why |
//! | [`AFTER_PANIC`] | the next handler, after a panic that aborts | handlers that take that long don't run |
//! | [`PROGRESS`] | the next handler, while others register | threads add more than handlers run |

use std::time::Duration;

pub(crate) const FORK: Duration = Duration::from_secs(if cfg!(test) { 60 } else { 1 });
pub(crate) const AFTER_FORK: Duration = Duration::from_millis(3);
pub(crate) const THREAD_TO_END: Duration = Duration::from_secs(1);
pub(crate) const DELEGATE_TO_ARRIVE: Duration = Duration::from_secs(1);
pub(crate) const DELEGATE_TO_LEAVE: Duration = Duration::from_secs(5);
pub(crate) const SIGNAL_THREAD_TO_START: Duration = Duration::from_millis(100);
pub(crate) const SAME_MESSAGE: Duration = Duration::from_millis(100);
pub(crate) const ASKING_C: Duration = Duration::from_millis(100);
pub(crate) const TO_REACH_SLOT: Duration = Duration::from_millis(20);
pub(crate) const TO_LEAVE_SLOT: Duration = Duration::from_millis(20);
pub(crate) const LAZY_USERS: Duration = Duration::from_millis(100);
pub(crate) const TO_END: Duration = Duration::from_secs(2);
pub(crate) const FLUSH: Duration = Duration::from_secs(1);
pub(crate) const REPORT: Duration = Duration::from_secs(1);
pub(crate) const AFTER_PANIC: Duration = Duration::from_secs(5);
pub(crate) const PROGRESS: Duration = Duration::from_millis(100);

/// How many slots may be idle. Fewer, and C's handlers come out of order earlier in a program that unregisters often;
/// each costs 8 bytes here and, in glibc, 32 there.
pub(crate) const IDLE_SLOTS: usize = many(16_384);

/// How many more handlers may be pending than when the exit began. Fewer, and threads that register wait where the exit
/// would have kept up with them.
pub(crate) const BACKLOG: usize = many(16_384);

/// Small in tests, to provoke races and limits.
const fn many(many: usize) -> usize {
    if cfg!(any(test, miri, atexit_small_bounds)) { 64 } else { many }
}
