//! A counter that a signal handler may increase and a thread waits for. Unlike a pipe it is still there when the
//! program has closed all its files, as daemons do.

pub(crate) use imp::Semaphore;

/// POSIX: `sem_post` is safe in a signal handler (POSIX.1-2024, 2.4.3).
#[cfg(not(target_vendor = "apple"))]
mod imp {
    use std::cell::UnsafeCell;
    use std::io;
    use std::mem::MaybeUninit;

    pub(crate) struct Semaphore(UnsafeCell<MaybeUninit<libc::sem_t>>);

    // SAFETY: a semaphore is there to be used by several threads.
    unsafe impl Sync for Semaphore {}

    impl Semaphore {
        pub(crate) const fn new() -> Self {
            Self(UnsafeCell::new(MaybeUninit::uninit()))
        }

        fn as_ptr(&self) -> *mut libc::sem_t {
            self.0.get().cast()
        }

        /// Sets it to zero.
        ///
        /// # Safety
        ///
        /// No thread uses it meanwhile, and it comes before every other call.
        pub(crate) unsafe fn init(&self) -> io::Result<()> {
            // SAFETY: it is there to be written, and nobody uses it.
            if unsafe { libc::sem_init(self.as_ptr(), 0, 0) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
        }

        /// Increases it. May be called in a signal handler.
        ///
        /// # Safety
        ///
        /// It was initialised.
        pub(crate) unsafe fn post(&self) {
            // At its greatest value it fails, and has woken whom it may wake.
            // SAFETY: it was initialised.
            unsafe { libc::sem_post(self.as_ptr()) };
        }

        /// Waits until it is greater than zero, and decreases it.
        ///
        /// # Safety
        ///
        /// It was initialised.
        pub(crate) unsafe fn wait(&self) {
            // A signal may interrupt it.
            // SAFETY: it was initialised.
            while unsafe { libc::sem_wait(self.as_ptr()) } != 0 {}
        }
    }
}

/// Mach: POSIX semaphores without a name are not implemented there. `semaphore_signal` is a system call, and takes no
/// lock in the process.
#[cfg(target_vendor = "apple")]
mod imp {
    use std::ffi::c_int;
    use std::io;
    use std::sync::atomic::{AtomicU32, Ordering};

    unsafe extern "C" {
        static mach_task_self_: u32;
        fn semaphore_create(task: u32, semaphore: *mut u32, policy: c_int, value: c_int) -> c_int;
        fn semaphore_signal(semaphore: u32) -> c_int;
        fn semaphore_wait(semaphore: u32) -> c_int;
    }

    pub(crate) struct Semaphore(AtomicU32);

    impl Semaphore {
        pub(crate) const fn new() -> Self {
            Self(AtomicU32::new(0))
        }

        pub(crate) unsafe fn init(&self) -> io::Result<()> {
            let mut semaphore = 0;
            // SAFETY: `semaphore` is there to be written; 0 stands for first in, first out.
            if unsafe { semaphore_create(mach_task_self_, &raw mut semaphore, 0, 0) } != 0 {
                return Err(io::Error::from(io::ErrorKind::OutOfMemory));
            }
            self.0.store(semaphore, Ordering::Relaxed);
            Ok(())
        }

        pub(crate) unsafe fn post(&self) {
            // SAFETY: it was created by `init`.
            unsafe { semaphore_signal(self.0.load(Ordering::Relaxed)) };
        }

        pub(crate) unsafe fn wait(&self) {
            // SAFETY: it was created by `init`.
            while unsafe { semaphore_wait(self.0.load(Ordering::Relaxed)) } != 0 {}
        }
    }
}
