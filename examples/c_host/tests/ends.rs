//! A host in C and C++ loads the library and ends in every way. Looked at: the recording, in which order everything was
//! torn down, and whether the library is still mapped into the process.

use std::process::ExitCode;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::env;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::sync::LazyLock;

    use atexit_test_support::{
        C, CPLUSPLUS, End, Failed, Process, Status, Trial, after_each_end, compile, end, library, message, needs, same,
        scratch,
    };

    pub(crate) fn trials() -> Vec<Trial> {
        // This machine's compilers can't build a host for another.
        if env::var_os("CROSS_CHILD_RUNNER").is_some() {
            return Vec::new();
        }
        let mut trials = after_each_end("the_recording_is_complete_and_everything_goes_in_order", ends_in_order);
        trials.push(Trial::test("what_is_unloaded_ends_its_recording_before", unloads));
        trials.push(Trial::test("a_library_that_waits_for_signals_is_kept_until_exit", is_kept));
        needs(&C, needs(&CPLUSPLUS, trials))
    }

    const SET_UP: &str = "log: constructed\ndevice: constructed\nwindow: constructed\n";

    /// The recording ends before the device that it needs, and the library before what was there when it was loaded.
    const AT_EXIT: &str = "host: goodbye\nwindow: destroyed\nrecorder: closed\ndevice: destroyed\n\
        recorder: 2 lines\nlog: destroyed\n";

    /// A signal ends only what is Rust's.
    const AT_SIGNAL: &str = "host: waiting\nrecorder: closed\nrecorder: 2 lines\n";

    fn ends_in_order(how: End) -> Result<(), Failed> {
        let folder = scratch(&format!("c_host_{}", how.name()));
        let left = end(host(&folder)?, "host: waiting\n", how)?;
        let torn_down = if how.signal().is_some() { AT_SIGNAL } else { AT_EXIT };
        same("standard output", &left.stdout, &format!("{SET_UP}{torn_down}"))?;
        if how != End::Panic {
            same("standard error", &left.stderr, "")?;
        }
        is_complete(&folder)
    }

    fn unloads() -> Result<(), Failed> {
        let folder = scratch("c_host_unload");
        let mut process = closes_library(&folder, "unload")?;
        same("its map", is_mapped(&process)?, "no recorder")?;
        is_complete(&folder)?;
        drop(process.stdin());
        process.end()?.is(
            &format!(
                "{SET_UP}recorder: closed\nrecorder: 2 lines\nhost: closed the library\n\
                 host: goodbye\nwindow: destroyed\ndevice: destroyed\nlog: destroyed\n"
            ),
            Status::Code(0),
        )
    }

    fn is_kept() -> Result<(), Failed> {
        let folder = scratch("c_host_keep");
        let mut process = closes_library(&folder, "keep")?;
        same("its map", is_mapped(&process)?, "a recorder")?;
        drop(process.stdin());
        process.end()?.is(&format!("{SET_UP}host: closed the library\n{AT_EXIT}"), Status::Code(0))?;
        is_complete(&folder)
    }

    /// Starts the host, which then waits for input.
    fn closes_library(folder: &Path, how: &str) -> Result<Process, Failed> {
        let mut command = host(folder)?;
        command.arg(how);
        let mut process = Process::start(command)?;
        process.wait_for("host: closed the library\n")?;
        Ok(process)
    }

    fn is_mapped(process: &Process) -> Result<&'static str, Failed> {
        let map = fs::read_to_string(format!("/proc/{}/maps", process.id()?))?;
        Ok(if map.contains("recorder.so") { "a recorder" } else { "no recorder" })
    }

    fn is_complete(folder: &Path) -> Result<(), Failed> {
        let recording = fs::read_to_string(folder.join("recording"))?;
        same("the recording", recording, "one\ntwo\nrecorded from device\n")
    }

    fn host(folder: &Path) -> Result<Command, Failed> {
        let (host, library) = BUILT.as_ref().map_err(Failed::from)?;
        let mut command = Command::new(host);
        command.arg(library).arg(folder.join("recording"));
        Ok(command)
    }

    static BUILT: LazyLock<Result<(PathBuf, PathBuf), String>> = LazyLock::new(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("host");
        let host = compile(&[&sources.join("host.c"), &sources.join("objects.cpp")], "c_host", &[]);
        let both = host.and_then(|host| Ok((host, library("c_host", "recorder")?)));
        both.map_err(message)
    });
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), glibc::trials)
}

/// How C runtimes unload libraries differs.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}
