//! What only Unix can do to a program.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Far longer than any program of the tests takes, on however busy a machine: in seconds.
const HANGS: u32 = 60;

/// Has the program end some time: one that hangs is killed, whatever the test is waiting for.
pub(super) fn end_some_time(command: &mut Command) {
    // SAFETY: it may be called between fork and exec, and allocates nothing.
    unsafe {
        command.pre_exec(|| {
            libc::alarm(HANGS);
            Ok(())
        });
    }
}

/// Has the program begin as a user's does. A shell starts programs in the background with Ctrl-C ignored.
pub(super) fn heed_ctrl_c(command: &mut Command) {
    // SAFETY: it may be called between fork and exec, and allocates nothing.
    unsafe {
        command.pre_exec(|| {
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
