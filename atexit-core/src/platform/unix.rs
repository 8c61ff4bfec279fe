//! Unix: C's `atexit` and `pthread_atfork`.

mod objects;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod stack;
mod standard_error;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::ffi::c_int;
use std::ffi::c_void;
#[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))]
use std::os::unix::thread::JoinHandleExt;
#[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))]
use std::thread::JoinHandle;
use std::time::Duration;
use std::{mem, ptr};

use super::{AtSlot, CRuntime, Callback};
#[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))]
use super::{bounds, wait_until};

pub(crate) enum Unix {}

const IS_GLIBC: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

/// Its address is one of the object - executable or library - that this code is part of.
static HERE: u8 = 0;

impl CRuntime for Unix {
    /// glibc goes through its list until nothing is left, newcomers included, and takes none after that. musl comes to
    /// newcomers, too, but 1.2.3 takes them even after its list, and never calls those; 1.2.6 refuses them. Nothing
    /// tells whether the list is over, so musl isn't relied on. Of the others nothing is known. (Debian's glibc 2.36-8
    /// loses most of those that one callback adds; what it doesn't come to, the finalizers have.)
    const COMES_TO_LATE_SLOTS: bool = IS_GLIBC;

    /// Unless it is told `-sEXIT_RUNTIME`, emscripten links an `atexit` that does nothing (`libc/atexit_dummy.c`).
    const EXIT_REACHES_SLOTS: bool = !cfg!(target_os = "emscripten");

    /// POSIX leaves a second `exit` undefined. glibc defines it (see `exit(3)`, and the handlers are taken off its list
    /// before they are called); musl crashes on purpose.
    const EXIT_CAN_BE_REPEATED: bool = IS_GLIBC;

    /// In NetBSD's `atexit.c` (1.32), illumos's (2e14588) and Haiku's `exit.cpp` (0df493a), `atexit` takes a lock that
    /// is held while the list is gone through. glibc, musl, FreeBSD and OpenBSD let go of it around each call.
    const LOCKS_LIST_WHILE_EXITING: bool =
        cfg!(any(target_os = "netbsd", target_os = "solaris", target_os = "illumos", target_os = "haiku"));

    /// NetBSD's `atexit` (`atexit.c`, 1.32) names no library, and `dlclose` calls only what was registered under the
    /// library's name. FreeBSD and macOS compare addresses; glibc and OpenBSD link an `atexit` into each library.
    const UNLOADING_SKIPS_SLOTS: bool = cfg!(target_os = "netbsd");

    /// Those that are made of `pthread.h` do (`sys/sync/condvar/mod.rs` of Rust's standard library lists the others).
    const WAITING_ALLOCATES: bool = !cfg!(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "openbsd",
        target_os = "dragonfly",
        target_os = "fuchsia"
    ));

    fn clock() -> Duration {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` is there to be written.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
        // Their types differ between platforms.
        let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
        Duration::new(seconds.unwrap_or(0), nanoseconds.unwrap_or(0))
    }

    fn is_in_executable() -> bool {
        objects::here().is_none_or(|here| here.is_executable)
    }

    #[inline]
    fn is_foreign(address: usize) -> bool {
        // What is part of the executable is never unloaded, and what is part of the same library only with this code.
        let stays = |object: objects::Object| object.is_executable || object.contains((&raw const HERE).addr());
        objects::of(address).is_some_and(|object| !stays(object))
    }

    #[inline]
    fn keep_loaded(address: usize) {
        objects::keep_loaded(address);
    }

    fn write_error(line: &[u8]) {
        standard_error::write(line);
    }

    /// Where this code is part of a library, `atexit` binds the callback to that library, so that it is called before
    /// the library is unloaded, unless [`UNLOADING_SKIPS_SLOTS`](CRuntime::UNLOADING_SKIPS_SLOTS).
    fn take_slot<S: AtSlot>() -> bool {
        #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
        extern "C" fn call<S: AtSlot>() {
            S::reached(None);
        }
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        let call = {
            extern "C" fn call<S: AtSlot>(_argument: *mut c_void, status: c_int) {
                S::reached(Some(status));
            }
            let call: extern "C" fn(*mut c_void, c_int) = call::<S>;
            // SAFETY: glibc calls what `atexit` is given like what `__cxa_atexit` is given, and that with the argument
            // and, undocumented, the status (`stdlib/exit.c`, seen from 2019 to 2.41).
            unsafe { mem::transmute::<extern "C" fn(*mut c_void, c_int), extern "C" fn()>(call) }
        };
        #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
        let call = call::<S>;
        // SAFETY: the function never unwinds.
        unsafe { libc::atexit(call) == 0 }
    }

    /// A program may have a `__cxa_atexit` in place of glibc's that calls callbacks without the status, as with
    /// `ThreadSanitizer` (`tsan_interceptors_posix.cpp`, LLVM 22). What its place in a register holds then is anything.
    /// Another one may pass it on, as that of `AddressSanitizer` does: nobody can tell.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn tells_status() -> bool {
        unsafe extern "C" {
            fn __cxa_atexit();
        }
        // Two functions of glibc are less than that apart: in 2.36 and 2.41, these are by 0x10000 to 0x20000 bytes.
        // Where addresses are those of stubs in the program, as without `-fPIC`, both are.
        const APART: usize = 0x10_0000;
        let of_glibc = libc::gnu_get_libc_version as *const c_void;
        (__cxa_atexit as *const c_void).addr().abs_diff(of_glibc.addr()) < APART
    }

    /// Its frame is on the stack then.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn is_in_exit() -> bool {
        stack::has(libc::exit as *const c_void)
    }

    #[inline]
    fn repeat_exit(code: i32) -> ! {
        // SAFETY: only called where `EXIT_CAN_BE_REPEATED`.
        unsafe { libc::exit(code) }
    }

    #[inline]
    fn flush_streams() {
        // SAFETY: a null pointer stands for all streams.
        unsafe { libc::fflush(ptr::null_mut()) };
    }

    #[inline]
    fn exit_at_once(code: i32) -> ! {
        Self::flush_streams();
        Self::end_now(code)
    }

    #[inline]
    fn end_now(code: i32) -> ! {
        // SAFETY: it may be called at any time.
        unsafe { libc::_exit(code) }
    }

    /// May be called in a signal handler: each of these calls is listed as safe there by POSIX.1-2024, 2.4.3.
    fn end_by_signal(signal: i32) -> ! {
        // SAFETY: these only change how this process takes the signal, to the default, and send it. An empty set is
        // valid as soon as `sigemptyset` has made it.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            let mut set = mem::zeroed();
            libc::sigemptyset(&raw mut set);
            libc::sigaddset(&raw mut set, signal);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const set, ptr::null_mut());
            libc::raise(signal);
        }
        // For process 1 of a container, the kernel drops signals whose action is the default. The status is what a
        // shell reports of a process that died by the signal.
        Self::end_now(128 + signal)
    }

    /// Cheaper than the address of a thread-local, which needs a call, too, and more.
    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::unnecessary_cast,
        reason = "it is a pointer, or an integer as large as one"
    )]
    fn thread_number() -> usize {
        // SAFETY: it may be called at any time.
        unsafe { libc::pthread_self() as usize }
    }

    #[inline]
    fn process_number() -> u32 {
        std::process::id()
    }

    type RawThread = RawThread;

    /// Not one of Rust's standard library: those give their thread-locals destructors when they begin, for which glibc
    /// wants a lock that is held while a library is unloaded.
    fn start_thread(body: fn()) -> Option<RawThread> {
        extern "C" fn call(body: *mut c_void) -> *mut c_void {
            // SAFETY: it is the `fn()` below.
            let body: fn() = unsafe { mem::transmute(body) };
            body();
            ptr::null_mut()
        }
        let body = body as *mut c_void;
        // SAFETY: `call` takes what is passed here, and never unwinds, since no body of ours panics.
        unsafe {
            let mut thread = mem::zeroed();
            (libc::pthread_create(&raw mut thread, ptr::null(), call, body) == 0).then_some(RawThread(thread))
        }
    }

    fn join_thread(RawThread(thread): RawThread) {
        // SAFETY: it was started by `start_thread`, and is joined once.
        unsafe { join(thread) };
    }

    fn detach_thread(RawThread(thread): RawThread) {
        // SAFETY: it was started by `start_thread`, and is detached once.
        unsafe { libc::pthread_detach(thread) };
    }

    #[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))]
    #[allow(clippy::unnecessary_cast, reason = "the types of `std` and `libc` differ for musl")]
    #[inline]
    fn join_std_thread(thread: JoinHandle<()>) {
        // SAFETY: nobody else has its handle any more.
        unsafe { join(thread.into_pthread_t() as libc::pthread_t) };
    }

    /// POSIX calls the destructors of its keys again and again, at least four times, as long as one sets a value. On
    /// some systems, Rust's thread-locals are destroyed in the second.
    #[inline]
    fn after_thread_locals(call: fn()) {
        struct Pending {
            key: libc::pthread_key_t,
            call: fn(),
            is_last: bool,
        }

        extern "C" fn destroy(pending: *mut c_void) {
            // SAFETY: it is the box below, which nobody else has.
            let mut pending = unsafe { Box::from_raw(pending.cast::<Pending>()) };
            if !pending.is_last {
                pending.is_last = true;
                set(pending);
                return;
            }
            // SAFETY: no other thread has a value for it.
            unsafe { libc::pthread_key_delete(pending.key) };
            (pending.call)();
        }

        fn set(pending: Box<Pending>) {
            let (key, call, pending) = (pending.key, pending.call, Box::into_raw(pending));
            // SAFETY: the key was created. Its value is freed by `destroy`, and else here.
            unsafe {
                if libc::pthread_setspecific(key, pending.cast_const().cast()) != 0 {
                    drop(Box::from_raw(pending));
                    libc::pthread_key_delete(key);
                    call();
                }
            }
        }

        let mut key = 0;
        // SAFETY: the key is there to be written, and `destroy` takes what it is set to.
        if unsafe { libc::pthread_key_create(&raw mut key, Some(destroy)) } == 0 {
            set(Box::new(Pending { key, call, is_last: false }));
        } else {
            call();
        }
    }

    fn stay_loaded() {
        if !Self::is_in_executable() {
            objects::keep_loaded((&raw const HERE).addr());
        }
    }

    /// The soft limit on stacks, to which the main thread's grows. Without a limit, as large as seems to be meant by
    /// that: it is only reserved, not used.
    #[inline]
    fn main_stack_size() -> Option<usize> {
        const UNLIMITED: usize = if cfg!(target_pointer_width = "64") { 256 << 20 } else { 64 << 20 };
        // SAFETY: zeroes are a valid `rlimit`, which is there to be written.
        let limit = unsafe {
            let mut limit: libc::rlimit = mem::zeroed();
            (libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit) == 0).then_some(limit.rlim_cur)
        };
        // "No limit" is the greatest number.
        limit.map(|limit| usize::try_from(limit).unwrap_or(UNLIMITED).min(UNLIMITED))
    }

    /// WebAssembly has no `fork`, and `libc` there no `pthread_atfork`.
    #[cfg(not(target_os = "emscripten"))]
    fn around_fork(before: Callback, after_in_parent: Callback, after_in_child: Callback) {
        // It fails only without memory; then the child of a program with threads is less safe, but nothing else is.
        // SAFETY: the three are functions that never unwind. As with `atexit`, they are bound to the library they are
        // in.
        unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) };
    }
}

/// Joins a thread that is about to end; goes on without it if it doesn't.
///
/// When the last thread ends, be it in the child of a fork or after `pthread_exit` in `main`, glibc calls `exit` on it,
/// but no longer counts it. A thread that a handler then runs on counts as the last when it ends, too, and calls
/// `exit`, where it waits for this one. The blocked thread stays counted, so later ones end normally.
///
/// # Safety
///
/// It was neither joined nor detached.
#[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))]
unsafe fn join(thread: libc::pthread_t) {
    // SAFETY: as the caller promises; it is asked no more once it was joined.
    let has_ended = || unsafe { libc::pthread_tryjoin_np(thread, ptr::null_mut()) } != libc::EBUSY;
    if !wait_until(has_ended, bounds::THREAD_TO_END) {
        // SAFETY: as the caller promises, and it was not joined.
        unsafe { libc::pthread_detach(thread) };
    }
}

/// The same; elsewhere, such a thread is waited for.
///
/// # Safety
///
/// It was neither joined nor detached.
#[cfg(not(all(target_os = "linux", any(target_env = "gnu", target_env = "musl"))))]
unsafe fn join(thread: libc::pthread_t) {
    // SAFETY: as the caller promises.
    unsafe { libc::pthread_join(thread, ptr::null_mut()) };
}

pub(crate) struct RawThread(libc::pthread_t);

// SAFETY: any thread may join it. (musl's is a pointer, which nobody follows but musl.)
unsafe impl Send for RawThread {}
