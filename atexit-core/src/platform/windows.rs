//! Windows: the C runtime's `atexit`.

/// Not known of each C runtime; msvcrt under wine loses them.
pub(crate) const TAKES_LATE_PLACES: bool = false;

/// It is `ExitProcess`, which runs the handlers of libraries only.
pub(crate) const EXIT_REACHES_PLACES: bool = false;

pub(crate) const HAS_CLOCK: bool = true;

pub(crate) fn take_place(callback: extern "C" fn()) -> bool {
    // SAFETY: `callback` is a function that never unwinds.
    unsafe { libc::atexit(callback) == 0 }
}

pub(crate) fn flush_c_streams() {
    // SAFETY: a null pointer stands for all streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

pub(crate) fn exit_at_once(code: i32) -> ! {
    flush_c_streams();
    std::process::exit(code)
}

#[allow(clippy::cast_sign_loss, reason = "a status is a number of 32 bits, with a sign or without")]
pub(crate) fn end_now(code: i32) -> ! {
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
