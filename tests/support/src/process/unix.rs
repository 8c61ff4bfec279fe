//! What only Unix can do to a program.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Far longer than any program of the tests takes, on however busy a machine: in seconds.
const HANGS: u32 = 60;

/// Has the program begin as a user's does, and end some time.
pub(super) fn prepare(command: &mut Command) {
    // SAFETY: these may be called between fork and exec, and allocate nothing.
    unsafe {
        command.pre_exec(|| {
            // A program that hangs is killed, whatever the test is waiting for.
            libc::alarm(HANGS);
            // A shell starts programs in the background with this one ignored.
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            Ok(())
        });
    }
}

pub(super) fn send(process: u32, signal: i32) -> io::Result<()> {
    let process = process.try_into().map_err(io::Error::other)?;
    // SAFETY: it only sends a signal.
    if unsafe { libc::kill(process, signal) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
