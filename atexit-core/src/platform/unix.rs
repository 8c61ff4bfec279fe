//! Unix: C's `atexit` and `pthread_atfork`.

use std::ffi::c_void;
use std::mem;
use std::ptr;

use super::{CRuntime, Callback};

pub(crate) enum Unix {}

const IS_GLIBC: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

impl CRuntime for Unix {
    /// glibc goes through its list until nothing is left, newcomers included, and takes none after that. musl 1.2.3
    /// takes them even then, and never calls them; 1.2.6 refuses them. Of the others nothing is known. (Debian's
    /// glibc 2.36-8 loses most of those that one callback adds; what it doesn't come to, the finalizers have.)
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

    /// Those that are made of `pthread.h` do (`sys/sync/condvar/mod.rs` of Rust's standard library lists the others).
    const WAITING_ALLOCATES: bool = !cfg!(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "openbsd",
        target_os = "dragonfly",
        target_os = "fuchsia"
    ));

    /// The loader lists the executable first (`dl_iterate_phdr(3)`), Android's after itself.
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd"
    ))]
    #[allow(clippy::cast_possible_truncation, reason = "what the loader tells is as wide as an address")]
    fn is_in_executable() -> bool {
        extern "C" fn look(object: *mut libc::dl_phdr_info, _size: usize, found: *mut c_void) -> libc::c_int {
            /// As ELF has it. (`libc` lacks it for NetBSD.)
            const PT_LOAD: u32 = 1;
            static HERE: u8 = 0;
            let here = (&raw const HERE).addr();
            // SAFETY: the loader passes an object with so many headers, and `found` is the `bool` below.
            unsafe {
                let object = &*object;
                #[cfg(target_os = "android")]
                if object.dlpi_phdr.addr() != libc::getauxval(libc::AT_PHDR) as usize {
                    return 0;
                }
                let headers = std::slice::from_raw_parts(object.dlpi_phdr, usize::from(object.dlpi_phnum));
                *found.cast::<bool>() = headers.iter().any(|header| {
                    let begin = (object.dlpi_addr as usize).wrapping_add(header.p_vaddr as usize);
                    header.p_type == PT_LOAD && here.wrapping_sub(begin) < header.p_memsz as usize
                });
            }
            // The others don't matter.
            1
        }
        let mut found = false;
        // SAFETY: `look` takes what is passed here, and doesn't unwind.
        unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut found).cast()) };
        found
    }

    fn take_slot(callback: Callback) -> bool {
        // SAFETY: `callback` is a function that never unwinds. Where it is part of a library, `atexit` binds it to that
        // library, so that it is called before it is unloaded.
        unsafe { libc::atexit(callback) == 0 }
    }

    fn repeat_exit(code: i32) -> ! {
        // SAFETY: only called where `EXIT_CAN_BE_REPEATED`.
        unsafe { libc::exit(code) }
    }

    fn flush_streams() {
        // SAFETY: a null pointer stands for all streams.
        unsafe { libc::fflush(ptr::null_mut()) };
    }

    fn exit_at_once(code: i32) -> ! {
        Self::flush_streams();
        Self::end_now(code)
    }

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

    type Thread = Thread;

    /// Not one of Rust's standard library: those give their thread-locals destructors when they begin, for which glibc
    /// wants a lock that is held while a library is unloaded.
    fn start_thread(body: fn()) -> Option<Thread> {
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
            (libc::pthread_create(&raw mut thread, ptr::null(), call, body) == 0).then_some(Thread(thread))
        }
    }

    fn join_thread(Thread(thread): Thread) {
        // SAFETY: it was started by `start_thread`, and is joined once.
        unsafe { libc::pthread_join(thread, ptr::null_mut()) };
    }

    /// It is opened once more, and never closed. On macOS, a library with thread-locals is never unloaded (`dlclose(3)`
    /// there), and those of Rust's standard library are part of each.
    #[cfg(all(
        any(
            target_os = "linux",
            target_os = "android",
            target_os = "freebsd",
            target_os = "netbsd",
            target_os = "openbsd",
        ),
        not(target_feature = "crt-static")
    ))]
    fn stay_loaded() {
        static HERE: u8 = 0;
        if Self::is_in_executable() {
            return;
        }
        // SAFETY: zeroes are a valid `Dl_info`, which is there to be written. What the loader calls the library is a
        // string of C as long as it is loaded, and no library is loaded that is not there.
        unsafe {
            let mut found: libc::Dl_info = mem::zeroed();
            if libc::dladdr((&raw const HERE).cast(), &raw mut found) != 0 {
                libc::dlopen(found.dli_fname, libc::RTLD_LAZY | libc::RTLD_NOLOAD);
            }
        }
    }

    /// The soft limit on stacks, to which the main thread's grows. Without a limit, as large as seems to be meant by
    /// that: it is only reserved, not used.
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

pub(crate) struct Thread(libc::pthread_t);

// SAFETY: any thread may join it. (musl's is a pointer, which nobody follows but musl.)
unsafe impl Send for Thread {}
