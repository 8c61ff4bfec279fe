//! Windows: the C runtime's `atexit`.

use super::{CRuntime, Callback, std_thread};

pub(crate) enum Windows {}

impl CRuntime for Windows {
    /// Not known of each C runtime; msvcrt under wine loses them.
    const COMES_TO_LATE_SLOTS: bool = false;

    /// It is `ExitProcess`, which runs the handlers of libraries only.
    const EXIT_REACHES_SLOTS: bool = false;

    /// The C runtime's `exit` and `atexit` take one lock.
    const LOCKS_LIST_WHILE_EXITING: bool = true;

    fn take_slot(callback: Callback) -> bool {
        // SAFETY: `callback` is a function that never unwinds.
        unsafe { libc::atexit(callback) == 0 }
    }

    fn flush_streams() {
        // SAFETY: a null pointer stands for all streams.
        unsafe { libc::fflush(std::ptr::null_mut()) };
    }

    fn exit_at_once(code: i32) -> ! {
        Self::flush_streams();
        std::process::exit(code)
    }

    #[allow(clippy::cast_sign_loss, reason = "a status is a number of 32 bits, with a sign or without")]
    fn end_now(code: i32) -> ! {
        #[link(name = "kernel32")]
        unsafe extern "system" {
            safe fn GetCurrentProcess() -> *mut std::ffi::c_void;
            fn TerminateProcess(process: *mut std::ffi::c_void, code: u32) -> i32;
        }
        // `ExitProcess` would wait for locks that a handler may hold.
        // SAFETY: the process may end itself.
        unsafe { TerminateProcess(GetCurrentProcess(), code as u32) };
        std::process::abort()
    }

    type Thread = std_thread::Thread;

    fn start_thread(body: fn()) -> Option<Self::Thread> {
        std_thread::start(body)
    }

    fn join_thread(thread: Self::Thread) {
        std_thread::join(thread);
    }
}
