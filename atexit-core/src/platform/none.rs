//! No C runtime: [`run`](crate::run) and [`exit`](crate::exit) run the handlers, and nothing else does. Miri is treated so, too,
//! since it has no `atexit`.

pub(crate) const TAKES_LATE_PLACES: bool = false;

pub(crate) const EXIT_REACHES_PLACES: bool = false;

/// Rust's panics on `wasm32-unknown-unknown`.
pub(crate) const HAS_CLOCK: bool = !cfg!(all(target_family = "wasm", target_os = "unknown"));

pub(crate) const EXIT_CAN_BE_REPEATED: bool = false;

/// Says yes, so that handlers wait for [`run`](crate::run).
pub(crate) fn take_place(_callback: extern "C" fn()) -> bool {
    true
}

pub(crate) fn repeat_exit(code: i32) -> ! {
    exit_at_once(code)
}

/// There are none here.
pub(crate) fn flush_c_streams() {}

pub(crate) fn exit_at_once(code: i32) -> ! {
    std::process::exit(code)
}

pub(crate) fn end_now(code: i32) -> ! {
    std::process::exit(code)
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
