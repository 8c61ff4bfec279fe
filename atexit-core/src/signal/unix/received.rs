//! What is done in a signal handler, and what it tells the thread that waits.
//!
//! A signal handler may interrupt any code, that of locks and of the allocator included. So [`handle`] touches
//! nothing but atomics and makes only calls that POSIX.1-2024, 2.4.3, lists as safe there: `getpid`, `clock_gettime`,
//! `sem_post`, those of `copies`, and those of `end_by_signal`. (On Apple's systems it makes the system call
//! `semaphore_signal` in place of `sem_post`.) Beside these it calls what the program has installed before, which was
//! to be called at the signal anyway. It keeps `errno` as it was. It needs no file, so that it works in a program that
//! has closed all of them.
//!
//! Every system with signals has atomics of these widths. Relaxed is enough for those that tell by themselves all that
//! is read of them, and the semaphore orders the rest. `IS_SEEN` and `Previous` say what they order.

use std::ffi::{c_int, c_void};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU32, AtomicUsize};
use std::{io, mem, ptr};

use libc::siginfo_t;

use super::action::{Called, Handler, LAST};
use super::copies;
use crate::platform::{C, CRuntime, Semaphore, bounds};

/// The process in which a thread waits. Its number alone doesn't tell a process from a child of a fork, which may be
/// process 1 of a namespace as its parent is of another: the child sets it to 0.
static PROCESS: AtomicI32 = AtomicI32::new(0);

/// The first signal that came; 0 before that.
static FIRST: AtomicI32 = AtomicI32::new(0);

/// When that was told to the thread that waits, by [`now`].
static TAKEN_AT: AtomicU32 = AtomicU32::new(0);

/// Whether the thread that waits has seen the first. From then on a later one ends the process. Whoever sees this sees
/// when the first was taken, too.
static IS_SEEN: AtomicBool = AtomicBool::new(false);

/// Increased at each signal; the thread waits for it.
static CAME: Semaphore = Semaphore::new();

static SIGNALS: [Signal; LAST as usize + 1] = [const { Signal::new() }; LAST as usize + 1];

/// What is known of a signal.
struct Signal {
    installed: AtomicU8,
    previous: Previous,
}

/// Whether [`handle`] receives a signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Installed {
    Never,
    /// The handler is there, inherited by a forked child, which has no thread that waits.
    InTheParent,
    Now,
}

impl Signal {
    const fn new() -> Self {
        Self { installed: AtomicU8::new(Installed::Never as u8), previous: Previous::new() }
    }

    /// `None` of a number that no signal has, which `kinds::check` refuses to install.
    fn numbered(signal: c_int) -> Option<&'static Self> {
        SIGNALS.get(usize::try_from(signal).ok()?)
    }
}

/// What is called at a signal before it is received: at most one of these, but while it is being changed.
struct Previous {
    plain: AtomicUsize,
    with_info: AtomicUsize,
    of_copy: AtomicUsize,
}

impl Previous {
    const fn new() -> Self {
        Self { plain: AtomicUsize::new(0), with_info: AtomicUsize::new(0), of_copy: AtomicUsize::new(0) }
    }

    fn get(&self) -> Option<Called> {
        // Another thread may set it meanwhile: what was not there yet at the first look is there at the second.
        self.look().or_else(|| self.look())
    }

    fn look(&self) -> Option<Called> {
        let load = |address: &AtomicUsize| Some(address.load(Acquire)).filter(|&address| address != 0);
        load(&self.of_copy)
            .map(Called::OfCopy)
            .or_else(|| load(&self.with_info).map(Called::WithInfo))
            .or_else(|| load(&self.plain).map(Called::Plain))
    }

    /// The new one is there before the old one goes, so that a signal that comes meanwhile has one or the other.
    fn set(&self, called: Option<Called>) {
        let (plain, with_info, of_copy) = match called {
            None => (0, 0, 0),
            Some(Called::Plain(address)) => (address, 0, 0),
            Some(Called::WithInfo(address)) => (0, address, 0),
            Some(Called::OfCopy(address)) => (0, 0, address),
        };
        let each = [(&self.plain, plain), (&self.with_info, with_info), (&self.of_copy, of_copy)];
        for is_old in [false, true] {
            each.iter().filter(|(_, address)| (*address == 0) == is_old).for_each(|(at, new)| at.store(*new, Release));
        }
    }
}

/// Whether the signal is installed in this process.
fn is_installed(signal: c_int) -> bool {
    Signal::numbered(signal).is_some_and(|signal| signal.installed.load(Relaxed) == Installed::Now as u8)
}

/// Notes whether it is, and says whether it was.
pub(super) fn set_installed(signal: c_int, now: Installed) -> Installed {
    let before = Signal::numbered(signal).map(|signal| signal.installed.swap(now as u8, Relaxed));
    [Installed::InTheParent, Installed::Now]
        .into_iter()
        .find(|&state| before == Some(state as u8))
        .unwrap_or(Installed::Never)
}

/// Notes what is to be called at the signal before it is received.
pub(super) fn set_previous(signal: c_int, called: Option<Called>) {
    if let Some(signal) = Signal::numbered(signal) {
        signal.previous.set(called);
    }
}

/// In the child of a fork no thread waits: signals end it as by default, until it installs them.
pub(crate) fn forget_those_of_the_parent() {
    copies::forget_those_of_the_parent();
    forget();
}

fn forget() {
    PROCESS.store(0, Relaxed);
    for Signal { installed, .. } in &SIGNALS {
        if installed.load(Relaxed) == Installed::Now as u8 {
            installed.store(Installed::InTheParent as u8, Relaxed);
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
/// No thread of this process waits, and none is past the process check that [`handle`] makes in [`receive`].
pub(super) unsafe fn prepare() -> io::Result<()> {
    forget();
    FIRST.store(0, Relaxed);
    IS_SEEN.store(false, Relaxed);
    // SAFETY: as the caller promises.
    unsafe { CAME.init() }
}

/// From now on signals are received.
pub(super) fn begin_waiting() {
    let process = process();
    copies::begin_in(process, handle);
    PROCESS.store(process, Relaxed);
}

/// This copy of the crate is about to install the signal, and may find another one there.
pub(super) fn meet_other_copies(signal: c_int) {
    copies::meet(signal, handle, process());
}

/// Waits for the first signal: forever, if none comes. Nobody waits for the thread that does.
pub(in crate::signal) fn wait() -> c_int {
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

/// The signal handler. Not inlined, so that its address, by which copies know it, is one.
#[inline(never)]
pub(super) extern "C" fn handle(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    if copies::answer(signal, info, context, |signal| Signal::numbered(signal)?.previous.get()) {
        return;
    }
    let saved = errno::errno();
    receive(signal, info, context);
    errno::set_errno(saved);
}

fn receive(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let came_at = now();
    let process = process();
    let is_received = PROCESS.load(Relaxed) == process && is_installed(signal);
    // Before other copies are called that may be done before this one has begun.
    if is_received && copies::enter(signal, handle, process) {
        C::end_by_signal(signal);
    }
    call_previous(signal, info, context);
    if is_received {
        take(signal, came_at);
    } else if !copies::has_others(signal, handle, process) {
        C::end_by_signal(signal);
    }
}

/// Calls what was installed before. It may never return; then the signal is not received.
fn call_previous(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    match Signal::numbered(signal).and_then(|signal| signal.previous.get()) {
        None => {}
        Some(Called::Plain(address)) => {
            // SAFETY: it was installed as such a function.
            let call: extern "C" fn(c_int) = unsafe { mem::transmute(ptr::with_exposed_provenance::<c_void>(address)) };
            call(signal);
        }
        Some(Called::WithInfo(address) | Called::OfCopy(address)) => {
            // SAFETY: it was installed as such a function.
            let call: Handler = unsafe { mem::transmute(ptr::with_exposed_provenance::<c_void>(address)) };
            call(signal, info, context);
        }
    }
}

/// Tells the thread that waits, unless this is a second signal. What was called before this may have taken long: one
/// that came meanwhile is the same message.
fn take(signal: c_int, came_at: u32) {
    if FIRST.compare_exchange(0, signal, Relaxed, Relaxed).is_ok() {
        TAKEN_AT.store(now(), Relaxed);
        // SAFETY: it was initialised before a thread was said to wait.
        unsafe { CAME.post() };
        return;
    }
    // As long as the thread has not seen the first, no handler has begun to run.
    if IS_SEEN.load(Acquire) && is_later(TAKEN_AT.load(Relaxed), came_at) {
        C::end_by_signal(signal);
    }
}

/// Whether a signal that came at that time is another message than the first, which was taken at that one.
fn is_later(taken_at: u32, came_at: u32) -> bool {
    i128::from(came_at.wrapping_sub(taken_at).cast_signed()) >= bounds::SAME_MESSAGE.as_millis().cast_signed()
}

fn process() -> i32 {
    // SAFETY: it only asks.
    unsafe { libc::getpid() }
}

/// The monotonic clock, in milliseconds. Starts again from 0 every 50 days: 25 days after the first, signals are taken
/// for the same message.
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
            for (after, expected) in [(-200, false), (0, false), (99, false), (100, true), (1_000_000, true)] {
                assert_eq!(is_later(first, first.wrapping_add_signed(after)), expected, "{first} {after}");
            }
        }
    }
}
