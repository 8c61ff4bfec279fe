//! WASI: the C runtime's `atexit`, without threads and without `fork`.

/// Its C runtime is musl's; see there.
pub(crate) const TAKES_LATE_PLACES: bool = false;

pub(crate) const EXIT_REACHES_PLACES: bool = true;

pub(crate) const HAS_CLOCK: bool = true;

pub(crate) const EXIT_CAN_BE_REPEATED: bool = false;

pub(crate) fn take_place(callback: extern "C" fn()) -> bool {
    unsafe extern "C" {
        safe fn atexit(callback: extern "C" fn()) -> std::ffi::c_int;
    }
    atexit(callback) == 0
}

pub(crate) fn repeat_exit(code: i32) -> ! {
    exit_at_once(code)
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

/// No signal ends a process here.
pub(crate) fn end_by_signal(_signal: i32) -> ! {
    std::process::abort()
}

pub(crate) type Thread = std::thread::JoinHandle<()>;

pub(crate) fn start_thread(body: fn()) -> Option<Thread> {
    std::thread::Builder::new().spawn(body).ok()
}

pub(crate) fn join_thread(thread: Thread) {
    // None of ours panics.
    let _ = thread.join();
}

/// There is no fork here.
pub(crate) fn around_fork(_before: extern "C" fn(), _in_parent: extern "C" fn(), _in_child: extern "C" fn()) {}
