//! What is done in a signal handler, and what it tells the thread that waits.
//!
//! A signal handler may interrupt any code, that of locks and of the allocator included. So [`receive`] touches
//! nothing but atomics and makes only calls that POSIX.1-2024, 2.4.3, lists as safe there: `getpid`, `clock_gettime`,
//! `sem_post`, and those of `end_by_signal`. (What calls it keeps `errno` as it was.) It needs no
//! file, so that it works in a program that has closed all of them.
//!
//! All of these atomics are as wide as every system with signals has them. Relaxed is enough for all but one: each
//! tells by itself all that is read of it, and the semaphore orders the rest.

use std::ffi::c_int;
use std::io;
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicU8, AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use crate::platform::{C, CRuntime, Semaphore};
use crate::signals::SAME_MESSAGE;

/// The process in which a thread waits. Its number alone doesn't tell a process from a child of a fork, which may be
/// process 1 of a namespace as its parent is of another: the child sets it to 0.
static PROCESS: AtomicI32 = AtomicI32::new(0);

/// The first signal that came; 0 before that.
static FIRST: AtomicI32 = AtomicI32::new(0);

/// When it came, by [`now`].
static CAME_AT: AtomicU32 = AtomicU32::new(0);

/// Whether the thread that waits has seen the first. From then on a later one ends the process. Who sees this sees when
/// the first came, too.
static IS_SEEN: AtomicBool = AtomicBool::new(false);

/// Increased at each signal; the thread waits for it.
static CAME: Semaphore = Semaphore::new();

/// For each signal, whether it was ever installed and whether it is now.
static INSTALLED: [AtomicU8; 129] = [const { AtomicU8::new(NEVER) }; 129];
const NEVER: u8 = 0;
const IN_THE_PARENT: u8 = 1;
const NOW: u8 = 2;

/// Signals have numbers up to 64 on most systems, 128 on some: what is greater doesn't get past `kinds::check`.
fn installed(signal: c_int) -> Option<&'static AtomicU8> {
    INSTALLED.get(usize::try_from(signal).ok()?)
}

/// Whether the signal is installed in this process.
pub(super) fn is_installed(signal: c_int) -> bool {
    installed(signal).is_some_and(|state| state.load(Relaxed) == NOW)
}

/// Notes that it is, and says whether it was in the parent of a fork, so that `receive` is called already.
pub(super) fn set_installed(signal: c_int) -> bool {
    installed(signal).is_some_and(|state| state.swap(NOW, Relaxed) == IN_THE_PARENT)
}

/// Notes that the system didn't allow it.
pub(super) fn set_refused(signal: c_int) {
    if let Some(state) = installed(signal) {
        state.store(NEVER, Relaxed);
    }
}

/// In the child of a fork no thread waits: signals end it as by default, until it installs them.
pub(crate) fn forget_those_of_the_parent() {
    PROCESS.store(0, Relaxed);
    for state in &INSTALLED {
        if state.load(Relaxed) == NOW {
            state.store(IN_THE_PARENT, Relaxed);
        }
    }
}

/// Whether a thread waits in this process. In a child that the C library didn't fork, none does though nobody has
/// said so.
pub(super) fn is_waited_for() -> bool {
    PROCESS.load(Relaxed) == process()
}

/// Makes everything ready for a thread to wait.
///
/// # Safety
///
/// No thread of this process waits, and none is in [`receive`] beyond the question which process it is.
pub(super) unsafe fn prepare() -> io::Result<()> {
    forget_those_of_the_parent();
    FIRST.store(0, Relaxed);
    IS_SEEN.store(false, Relaxed);
    // SAFETY: as the caller promises.
    unsafe { CAME.init() }
}

/// From now on signals are received.
pub(super) fn begin_waiting() {
    PROCESS.store(process(), Relaxed);
}

/// Waits for the first signal.
pub(in crate::signals) fn wait() -> c_int {
    loop {
        // SAFETY: `prepare` was called before this thread was started.
        unsafe { CAME.wait() };
        let signal = FIRST.load(Relaxed);
        if signal != 0 {
            IS_SEEN.store(true, Release);
            return signal;
        }
    }
}

/// In the signal handler.
pub(super) fn receive(signal: c_int) {
    if !is_waited_for() || !is_installed(signal) {
        C::end_by_signal(signal);
    }
    let now = now();
    if FIRST.compare_exchange(0, signal, Relaxed, Relaxed).is_ok() {
        CAME_AT.store(now, Relaxed);
        // SAFETY: it was initialised before a thread was said to wait.
        unsafe { CAME.post() };
        return;
    }
    // As long as the thread has not seen the first, no handler has begun to run.
    if IS_SEEN.load(Acquire) && is_later(CAME_AT.load(Relaxed), now) {
        C::end_by_signal(signal);
    }
}

/// Whether a signal that comes `now` is another message than one that came at that time.
fn is_later(came_at: u32, now: u32) -> bool {
    u128::from(now.wrapping_sub(came_at)) >= SAME_MESSAGE.as_millis()
}

fn process() -> i32 {
    // SAFETY: it only asks.
    unsafe { libc::getpid() }
}

/// The monotonic clock, in milliseconds. Starts again from 0 every 50 days, after which a signal that comes within the
/// same tenth of a second is taken for the same message.
#[allow(clippy::cast_possible_truncation, reason = "it starts again")]
fn now() -> u32 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is there to be written.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    // Their types differ between platforms.
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    (seconds.unwrap_or(0) * 1_000 + nanoseconds.unwrap_or(0) / 1_000_000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_another_message_after_a_while_also_where_the_clock_starts_again() {
        for first in [0, 12_345, u32::MAX - 50, u32::MAX] {
            for (after, expected) in [(0, false), (99, false), (100, true), (1_000_000, true)] {
                assert_eq!(is_later(first, first.wrapping_add(after)), expected, "{first} {after}");
            }
        }
    }
}
