//! Unix: C's `atexit` and `pthread_atfork`.

use std::ffi::c_void;

/// glibc goes through its list until nothing is left, newcomers included, and takes none after that. musl 1.2.3 takes
/// them even then, and never calls them; 1.2.6 refuses them. Of the others nothing is known.
pub(crate) const TAKES_LATE_PLACES: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

pub(crate) const EXIT_REACHES_PLACES: bool = true;

pub(crate) const HAS_CLOCK: bool = true;

/// POSIX leaves a second `exit` undefined. glibc defines it (see `exit(3)`, and the handlers are taken off its list before
/// they are called); musl crashes on purpose.
pub(crate) const EXIT_CAN_BE_REPEATED: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

pub(crate) fn take_place(callback: extern "C" fn()) -> bool {
    // SAFETY: `callback` is a function that never unwinds. Where it is part of a library, `atexit` binds it to that
    // library, so that it is called before it is unloaded.
    unsafe { libc::atexit(callback) == 0 }
}

pub(crate) fn repeat_exit(code: i32) -> ! {
    // SAFETY: only called where `EXIT_CAN_BE_REPEATED`.
    unsafe { libc::exit(code) }
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
    unsafe { libc::_exit(code) }
}

pub(crate) fn end_by_signal(signal: i32) -> ! {
    // SAFETY: these only change how this process takes the signal, to the default, and send it. An empty set is valid as
    // soon as `sigemptyset` has made it.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        let mut set = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut());
        libc::raise(signal);
    }
    // Only if the signal's default action doesn't end the process.
    std::process::abort()
}

pub(crate) struct Thread(libc::pthread_t);

// SAFETY: any thread may join it. (musl's is a pointer, which nobody follows but musl.)
unsafe impl Send for Thread {}

/// Not one of Rust's standard library: those give their thread-locals destructors when they begin, for which glibc wants a
/// lock that is held while a library is unloaded.
pub(crate) fn start_thread(body: fn()) -> Option<Thread> {
    extern "C" fn call(body: *mut c_void) -> *mut c_void {
        // SAFETY: it is the `fn()` below.
        let body: fn() = unsafe { std::mem::transmute(body) };
        body();
        std::ptr::null_mut()
    }
    let body = body as *mut c_void;
    // SAFETY: `call` takes what is passed here, and never unwinds, since no body of ours panics.
    unsafe {
        let mut thread = std::mem::zeroed();
        (libc::pthread_create(&raw mut thread, std::ptr::null(), call, body) == 0).then_some(Thread(thread))
    }
}

pub(crate) fn join_thread(Thread(thread): Thread) {
    // SAFETY: it was started by `start_thread`, and is joined once.
    unsafe { libc::pthread_join(thread, std::ptr::null_mut()) };
}

pub(crate) fn around_fork(before: extern "C" fn(), after_in_parent: extern "C" fn(), after_in_child: extern "C" fn()) {
    // It fails only without memory; then the child of a program with threads is less safe, but nothing else is.
    // SAFETY: the three are functions that never unwind. As with `atexit`, they are bound to the library they are in.
    unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
}
