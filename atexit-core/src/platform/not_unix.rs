//! What all platforms share that aren't Unix.

pub(crate) const EXIT_CAN_BE_REPEATED: bool = false;

pub(crate) fn repeat_exit(code: i32) -> ! {
    super::exit_at_once(code)
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
