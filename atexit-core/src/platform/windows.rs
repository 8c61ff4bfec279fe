//! Windows: the C runtime's `atexit`.

/// Not known of each C runtime; msvcrt under wine loses them.
pub(crate) const TAKES_LATE_PLACES: bool = false;

/// It is `ExitProcess`, which runs the handlers of libraries only.
pub(crate) const EXIT_REACHES_PLACES: bool = false;

pub(crate) const EXIT_CAN_BE_REPEATED: bool = false;

pub(crate) fn take_place(callback: extern "C" fn()) -> bool {
    // SAFETY: `callback` is a function that never unwinds.
    unsafe { libc::atexit(callback) == 0 }
}

pub(crate) fn repeat_exit(code: i32) -> ! {
    exit_at_once(code)
}

pub(crate) fn exit_at_once(code: i32) -> ! {
    // SAFETY: a null pointer stands for all streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
    std::process::exit(code)
}

/// There is no fork here.
pub(crate) fn around_fork(_before: extern "C" fn(), _in_parent: extern "C" fn(), _in_child: extern "C" fn()) {}
