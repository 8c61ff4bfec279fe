//! What a C runtime must offer, and one file for each family that implements it. Nothing outside this folder asks which
//! platform it is on, but for the linker's sections in `expansion.rs` and `before_main.rs`, the presence of `signals`,
//! and which signals a system has.

#[cfg(all(unix, not(miri)))]
mod unix;
#[cfg(all(unix, not(miri)))]
pub(crate) use unix::Unix as C;
#[cfg(all(unix, feature = "signals"))]
mod semaphore;
#[cfg(all(unix, feature = "signals"))]
pub(crate) use semaphore::Semaphore;

#[cfg(all(windows, not(miri)))]
mod windows;
#[cfg(all(windows, not(miri), feature = "signals"))]
pub(crate) use windows::CONTROL_C_EXIT;
#[cfg(all(windows, not(miri)))]
pub(crate) use windows::Windows as C;

#[cfg(all(target_os = "wasi", not(miri)))]
mod wasi;
#[cfg(all(target_os = "wasi", not(miri)))]
pub(crate) use wasi::Wasi as C;

#[cfg(any(miri, not(any(unix, windows, target_os = "wasi"))))]
mod none;
#[cfg(any(miri, not(any(unix, windows, target_os = "wasi"))))]
pub(crate) use none::NoC as C;

#[allow(dead_code, reason = "some are for some platforms, or for a feature")]
pub(crate) mod bounds;
mod clock;
mod lock;
mod pauses;
mod signal_name;
mod system_vec;
mod thread;
pub(crate) use clock::{Moment, Short};
pub(crate) use lock::{Guard, Lock, Loss, Shared};
pub(crate) use pauses::{Pauses, wait_until};
pub(crate) use signal_name::{SIGNALS_ARE, signal_name};
pub(crate) use system_vec::SystemVec;
pub(crate) use thread::{Thread, start_for_handlers};

use std::ffi::c_int;
use std::io;
use std::thread::JoinHandle;
use std::time::Duration;

/// What is called around a `fork`.
pub(crate) type Callback = extern "C" fn();

/// What is done at a slot of one kind.
pub(crate) trait AtSlot {
    /// The C runtime has reached the slot. Some tell the status with which the process exits.
    fn reached(status: Option<c_int>);
}

/// What is done before `std::process::exit` ends the process, where that goes through no list.
#[cfg_attr(any(miri, not(windows)), allow(dead_code, reason = "elsewhere it comes to our slots"))]
pub(crate) trait AtProcessExit {
    /// A thread is about to end the process, with this status. It does so when this returns.
    fn called(status: c_int);
}

/// The C runtime: its list of what it calls at exit, ending the process, fork.
pub(crate) trait CRuntime {
    /// Whether it comes to slots that are taken while it goes through its list.
    const COMES_TO_LATE_SLOTS: bool;

    /// Whether `std::process::exit` goes through the list.
    const EXIT_REACHES_SLOTS: bool;

    /// Whether a callback may call C's `exit`, which then goes on with what is left of the list and ends the process
    /// with the new status.
    const EXIT_CAN_BE_REPEATED: bool = false;

    /// Whether it holds its lock on the list while it goes through it, so that other threads wait for the exit to be
    /// over when they ask for a slot. Then that may not be done under a lock that the exiting thread needs.
    const LOCKS_LIST_WHILE_EXITING: bool = false;

    /// Whether Rust's locks and condition variables allocate, by the program's allocator, when they are first used.
    const WAITING_ALLOCATES: bool = false;

    /// Whether each library has a list of its own, which is gone through when the library is unloaded or the process
    /// ends, and by a thread that keeps others from starting or ending meanwhile.
    const LIBRARIES_HAVE_LISTS: bool = false;

    /// Whether a library may be unloaded without a call of the slots that it has taken, so that the process would crash
    /// when it comes to them at exit.
    const UNLOADING_SKIPS_SLOTS: bool = false;

    /// Whether this code is part of the executable, and not of a library that can be unloaded. Asked by the
    /// finalizers, on platforms that call them, and where [`LIBRARIES_HAVE_LISTS`](Self::LIBRARIES_HAVE_LISTS).
    fn is_in_executable() -> bool {
        true
    }

    /// The time that has passed since some moment, by a monotonic clock; zero, if there is none.
    fn clock() -> Duration;

    /// Whether the system has ended all other threads, wherever they were, so that what they had locked stays locked.
    fn has_ended_other_threads() -> bool {
        false
    }

    /// Whether an address is part of something that may be unloaded while this code is still there: if this code is
    /// shared by several libraries.
    fn is_foreign(_address: usize) -> bool {
        false
    }

    /// Keeps the library that an address is part of from being unloaded.
    fn keep_loaded(_address: usize) {}

    /// Writes to standard error at once, without a lock that a thread may hold, as those of Rust's and C's streams.
    /// Errors are lost, and no signal comes of them.
    fn write_error(line: &[u8]);

    /// Asks for a slot in the list of what the C runtime calls at exit, or when the library that we are in is unloaded.
    /// Says whether there is one.
    fn take_slot<S: AtSlot>() -> bool;

    /// Has `std::process::exit` call this first, and whatever else of the same executable or library ends the process
    /// in that way. Where [`EXIT_REACHES_SLOTS`](Self::EXIT_REACHES_SLOTS) there is nothing to be done.
    #[inline]
    fn hook_process_exit<H: AtProcessExit>() -> io::Result<()> {
        Ok(())
    }

    /// Whether what slots are told as the status is the status.
    fn tells_status() -> bool {
        true
    }

    /// Whether this thread has called C's `exit`, as far as that can be told.
    fn is_in_exit() -> bool {
        false
    }

    /// Calls C's `exit` in a callback. Only where [`EXIT_CAN_BE_REPEATED`](Self::EXIT_CAN_BE_REPEATED).
    fn repeat_exit(code: i32) -> ! {
        Self::exit_at_once(code)
    }

    /// Flushes the C standard streams.
    fn flush_streams();

    /// Ends the process without the list, after flushing the C standard streams.
    fn exit_at_once(code: i32) -> !;

    /// Ends the process, and nothing else.
    fn end_now(code: i32) -> !;

    /// Ends the process by the signal's default action, immediately.
    fn end_by_signal(_signal: i32) -> ! {
        std::process::abort()
    }

    /// A number of this thread's own among those that live, which can be asked for at any time and is not 0: the
    /// address of a thread-local, which without a destructor stays until the thread has ended.
    #[inline]
    #[cfg_attr(
        all(windows, target_env = "gnu"),
        allow(
            clippy::missing_const_for_thread_local,
            reason = "where thread-locals are allocated, the lint takes what the macro expands to for what it was given"
        )
    )]
    fn thread_number() -> usize {
        thread_local!(static HERE: u8 = const { 0 });
        HERE.with(|here| std::ptr::from_ref(here) as usize)
    }

    /// The number of this process, by which the child of a fork differs from its parent.
    fn process_number() -> u32 {
        0
    }

    /// A thread that may be joined while the library that we are in is being unloaded.
    type RawThread: Send;

    /// Starts such a thread, if that is possible.
    fn start_thread(body: fn()) -> Option<Self::RawThread>;

    /// Waits until it has ended. The caller says why that is soon.
    fn join_thread(thread: Self::RawThread);

    /// Lets it end by itself: nobody joins it.
    fn detach_thread(thread: Self::RawThread) {
        drop(thread);
    }

    /// Joins a thread of the standard library, which is about to end.
    fn join_std_thread(thread: JoinHandle<()>) {
        // None of ours panics.
        let _ = thread.join();
    }

    /// Calls it on this thread, as far as possible after the destructors of Rust's thread-locals, and of C's.
    fn after_thread_locals(call: fn()) {
        call();
    }

    /// Keeps the library that this code is part of from being unloaded, if it is part of one that can be.
    fn stay_loaded() {}

    /// The size that the main thread's stack may grow to, if it is known.
    fn main_stack_size() -> Option<usize> {
        None
    }

    /// Registers functions to be called around every `fork`.
    fn around_fork(_before: Callback, _after_in_parent: Callback, _after_in_child: Callback) {}
}

/// Threads of the standard library, where these may be used at any time.
#[cfg(any(miri, not(unix)))]
mod std_thread {
    pub(super) type RawThread = std::thread::JoinHandle<()>;

    pub(super) fn start(body: fn()) -> Option<RawThread> {
        std::thread::Builder::new().spawn(body).ok()
    }

    pub(super) fn join(thread: RawThread) {
        // None of ours panics.
        let _ = thread.join();
    }
}

/// How often proptest tries. Miri takes a thousand times as long, and has no files.
#[cfg(test)]
pub(crate) fn cases(cases: u32) -> proptest::test_runner::Config {
    let config = proptest::test_runner::Config { cases, ..Default::default() };
    if cfg!(miri) {
        proptest::test_runner::Config { cases: cases.div_ceil(400), failure_persistence: None, ..config }
    } else {
        config
    }
}
