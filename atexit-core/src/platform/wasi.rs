//! WASI: the C runtime's `atexit`, without threads and without `fork`.

use super::{CRuntime, Callback, std_thread};

pub(crate) enum Wasi {}

impl CRuntime for Wasi {
    /// Its C runtime is musl's; see there.
    const COMES_TO_LATE_SLOTS: bool = false;

    const EXIT_REACHES_SLOTS: bool = true;

    fn take_slot(callback: Callback) -> bool {
        unsafe extern "C" {
            safe fn atexit(callback: extern "C" fn()) -> std::ffi::c_int;
        }
        atexit(callback) == 0
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

    type Thread = std_thread::Thread;

    fn start_thread(body: fn()) -> Option<Self::Thread> {
        std_thread::start(body)
    }

    fn join_thread(thread: Self::Thread) {
        std_thread::join(thread);
    }
}
