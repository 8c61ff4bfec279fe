//! WASI: the C runtime's `atexit`, without threads and without `fork`.

/// Its C runtime is musl's; see there.
pub(crate) const TAKES_LATE_PLACES: bool = false;

pub(crate) const EXIT_REACHES_PLACES: bool = true;

pub(crate) const HAS_CLOCK: bool = true;

pub(crate) fn take_place(callback: extern "C" fn()) -> bool {
    unsafe extern "C" {
        safe fn atexit(callback: extern "C" fn()) -> std::ffi::c_int;
    }
    atexit(callback) == 0
}

pub(crate) fn flush_c_streams() {
    // SAFETY: a null pointer stands for all streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

pub(crate) fn exit_at_once(code: i32) -> ! {
    flush_c_streams();
    end_now(code)
}

pub(crate) fn end_now(code: i32) -> ! {
    // SAFETY: it may be called at any time.
    unsafe { libc::_Exit(code) }
}
