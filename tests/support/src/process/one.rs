//! Process 1 of a PID namespace, as in a container.

use std::fs;
use std::io;
use std::process::Command;

use super::started_by;
use crate::skip::Need;

/// Starting a process as process 1. Usually only the superuser may do so.
pub const NAMESPACE: Need =
    Need::program("a PID namespace of one's own", UNSHARE, &["--pid", "--fork", "--kill-child", "true"]);

/// Whether process 1 goes on after it has sent itself a signal whose action is the default, which the kernel drops.
/// Where qemu 7.2 runs it, it doesn't: qemu sends itself the signal and then waits forever, in `sigsuspend`.
pub const PROCESS_ONE_CAN_RAISE: bool = cfg!(not(emulator = "qemu"));

/// Who starts them.
pub(super) const UNSHARE: &str = "unshare";

/// `unshare` waits for the program, and then ends as it did. If `unshare` is killed, so is the program.
const AS_PROCESS_ONE: [&str; 3] = ["--pid", "--fork", "--kill-child"];

/// The program as process 1 of a namespace of its own. Needs [`NAMESPACE`].
#[must_use]
pub fn as_process_one(program: &Command) -> Command {
    started_by(UNSHARE, &AS_PROCESS_ONE, program)
}

/// The child of that process. It has at most one.
pub(super) fn child_of(parent: u32) -> io::Result<u32> {
    for entry in fs::read_dir("/proc")? {
        let Some(process) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // Others may end meanwhile.
        let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { continue };
        // The name of its program, in parentheses, is followed by its state and its parent.
        let parent_of_it = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        if parent_of_it.is_some_and(|number| number == parent.to_string()) {
            return Ok(process);
        }
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "`unshare` has no child"))
}
