//! What only Unix can do to a program.

use std::io;
use std::mem;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;

use libc::rlim_t;

/// Has the program begin with all signals as they are by default, and none blocked. What the tests were started with
/// goes on to their programs otherwise: `nohup` ignores hangups, and a shell ignores Ctrl-C in the background.
pub(super) fn take_signals_by_default(command: &mut Command) {
    /// The greatest number that any system has.
    const LAST: libc::c_int = 128;

    before_exec(command, || {
        // SAFETY: the default is always allowed, and where it can't be set nothing is done. An empty set is valid as
        // soon as `sigemptyset` has made it.
        unsafe {
            for signal in 1..=LAST {
                libc::signal(signal, libc::SIG_DFL);
            }
            let mut none = mem::zeroed();
            libc::sigemptyset(&raw mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
        }
    });
}

/// Has this done in the new process before it becomes the program. `action` makes only calls that are allowed in a
/// signal handler.
fn before_exec(command: &mut Command, action: fn()) {
    // SAFETY: as it is called between fork and exec, `action` makes only such calls, and allocates nothing.
    unsafe {
        command.pre_exec(move || {
            action();
            Ok(())
        });
    }
}

/// A limit of a process, in bytes, which may be `RLIM_INFINITY`. As `ulimit` sets it in a shell.
#[derive(Clone, Copy)]
pub enum Limit {
    /// To which the main thread's stack grows.
    Stack(rlim_t),
    /// Of all memory that it asks for, used or not. Elsewhere there is none, or nobody heeds it.
    #[cfg(target_os = "linux")]
    AddressSpace(rlim_t),
}

impl Limit {
    /// A stack without a limit, and no room for a thread with one so large that it seems to have none.
    #[cfg(target_os = "linux")]
    pub const SMALL_ADDRESS_SPACE: [Self; 2] = [Self::Stack(libc::RLIM_INFINITY), Self::AddressSpace(200 << 20)];

    fn set(self) -> io::Result<()> {
        let (resource, limit) = match self {
            Self::Stack(limit) => (libc::RLIMIT_STACK, limit),
            #[cfg(target_os = "linux")]
            Self::AddressSpace(limit) => (libc::RLIMIT_AS, limit),
        };
        let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: `limits` is there to be written and read.
        let result = unsafe {
            libc::getrlimit(resource, &raw mut limits);
            limits.rlim_cur = limit;
            libc::setrlimit(resource, &raw const limits)
        };
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}

/// Has the program begin with these limits. One that qemu 7.2 runs can't: the call succeeds, and `exec` finds the limit
/// as it was.
pub fn limit(command: &mut Command, limits: &[Limit]) {
    let limits = limits.to_vec();
    // SAFETY: what it calls may be called between fork and exec, and allocates nothing.
    unsafe { command.pre_exec(move || limits.iter().try_for_each(|limit| limit.set())) };
}

pub(super) fn send(process: u32, signal: i32) -> io::Result<()> {
    let process = process.try_into().map_err(io::Error::other)?;
    // SAFETY: it only sends a signal.
    if unsafe { libc::kill(process, signal) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
