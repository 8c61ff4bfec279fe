//! Writing to standard error when anything may be locked, or nobody reads any more.

use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::{io, ptr};

/// Writes it to the descriptor itself: in one piece, unless the system takes only a part of it. Waits for nobody but
/// who reads a pipe that is full. No signal comes of it where nobody reads.
pub(super) fn write(mut bytes: &[u8]) {
    without_sigpipe(|| {
        while !bytes.is_empty() {
            // SAFETY: so many bytes are there to be read.
            let count = unsafe { libc::write(libc::STDERR_FILENO, bytes.as_ptr().cast(), bytes.len()) };
            match usize::try_from(count) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(_) if is_interrupted() => {}
                // There is nowhere left to say that this failed.
                Err(_) => return,
            }
        }
    });
}

/// Whether the last call has failed since a signal was handled meanwhile.
fn is_interrupted() -> bool {
    // An error of the system's owns nothing, but what drops one that does would be part of every program.
    let error = ManuallyDrop::new(io::Error::last_os_error());
    error.raw_os_error() == Some(libc::EINTR)
}

/// Calls `write` on a thread that doesn't die of SIGPIPE, and on which nobody else's handler for it is called.
///
/// The signal is sent to the thread that writes (POSIX.1-2024, `write`, `EPIPE`). So it is held back meanwhile, and
/// taken off before the thread lets it through again, unless one was pending already, which isn't ours.
fn without_sigpipe(write: impl FnOnce()) {
    let sigpipe = set_of_sigpipe();
    let was_pending = is_sigpipe_pending();
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `before` is there to be written, and these change only which signals this thread holds back.
    unsafe {
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const sigpipe, before.as_mut_ptr());
        write();
        if !was_pending && is_sigpipe_pending() {
            // It waits for nothing: the signal is there, and sent to this thread alone.
            libc::sigwait(&raw const sigpipe, &mut 0);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
    }
}

fn set_of_sigpipe() -> libc::sigset_t {
    // SAFETY: an empty set is valid as soon as `sigemptyset` has made it.
    unsafe {
        let mut set = mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGPIPE);
        set
    }
}

fn is_sigpipe_pending() -> bool {
    let mut pending = MaybeUninit::uninit();
    // SAFETY: the set is there to be written, and asked only if it was.
    unsafe { libc::sigpending(pending.as_mut_ptr()) == 0 && libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1 }
}
