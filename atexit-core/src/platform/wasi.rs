//! WASI: the C runtime's `atexit`, without threads and without `fork`.

use std::time::Duration;

use super::{AtSlot, CRuntime, std_thread};

pub(crate) enum Wasi {}

impl CRuntime for Wasi {
    /// Its C runtime is musl's; see there.
    const COMES_TO_LATE_SLOTS: bool = false;

    const EXIT_REACHES_SLOTS: bool = true;

    fn clock() -> Duration {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` is there to be written.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
        // Their types differ between platforms.
        let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
        Duration::from_secs(seconds.unwrap_or(0)) + Duration::from_nanos(nanoseconds.unwrap_or(0).into())
    }

    fn write_error(line: &[u8]) {
        // SAFETY: the bytes are there to be read.
        unsafe { libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len()) };
    }

    fn take_slot<S: AtSlot>() -> bool {
        unsafe extern "C" {
            safe fn atexit(callback: extern "C" fn()) -> std::ffi::c_int;
        }
        extern "C" fn call<S: AtSlot>() {
            S::reached(None);
        }
        atexit(call::<S>) == 0
    }

    fn flush_streams() {
        // SAFETY: a null pointer stands for all streams.
        unsafe { libc::fflush(std::ptr::null_mut()) };
    }

    fn exit_at_once(code: i32) -> ! {
        Self::flush_streams();
        Self::end_now(code)
    }

    fn end_now(code: i32) -> ! {
        // SAFETY: it may be called at any time.
        unsafe { libc::_Exit(code) }
    }

    type RawThread = std_thread::RawThread;

    fn start_thread(body: fn()) -> Option<Self::RawThread> {
        std_thread::start(body)
    }

    fn join_thread(thread: Self::RawThread) {
        std_thread::join(thread);
    }
}
