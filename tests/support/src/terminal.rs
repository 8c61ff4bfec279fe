//! A terminal that a test makes.

use std::ffi::CStr;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Mutex, PoisonError};

/// Opens one: the side of whoever types and reads, and the side of programs. It is nobody's controlling terminal, and
/// the programs of other tests don't inherit it; elsewhere than on Linux, one that starts in the same moment may.
///
/// # Errors
///
/// What the system says.
pub fn open_terminal() -> io::Result<(File, File)> {
    let flags = libc::O_RDWR | libc::O_NOCTTY | if cfg!(target_os = "linux") { libc::O_CLOEXEC } else { 0 };
    // SAFETY: it takes any flags.
    let user = check(unsafe { libc::posix_openpt(flags) })?;
    // SAFETY: it was opened just now, and is nobody else's.
    let user = unsafe { OwnedFd::from_raw_fd(user) };
    let number = user.as_raw_fd();
    // SAFETY: these take any descriptor.
    unsafe {
        check(libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC))?;
        check(libc::grantpt(number))?;
        check(libc::unlockpt(number))?;
    }
    let terminal = OpenOptions::new().read(true).write(true).custom_flags(libc::O_NOCTTY).open(name(number)?)?;
    Ok((user.into(), terminal))
}

/// The path by which programs open it.
fn name(user: i32) -> io::Result<String> {
    /// All calls have one buffer.
    static BUFFER: Mutex<()> = Mutex::new(());
    let _buffer = BUFFER.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: nobody else calls it meanwhile.
    let name = unsafe { libc::ptsname(user) };
    if name.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it isn't null, and so ends with a zero byte.
    Ok(unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned())
}

fn check(result: i32) -> io::Result<i32> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
