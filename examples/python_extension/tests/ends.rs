//! Python loads the extension and ends in every way. Looked at: the journal, which is closed once, by a handler that
//! calls Python where that can be called, and what Python says on standard error.

use std::process::ExitCode;

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::sync::LazyLock;

    use atexit_test_support::{
        End, Failed, Left, Need, PLATFORM, Process, Status, Trial, after_each_end, library, message, needs, same,
        scratch,
    };

    const PYTHON: Need =
        Need::program("Python 3.9", "python3", &["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);

    pub(crate) fn trials() -> Vec<Trial> {
        // This machine's Python can't load what is built for another: 32 bits are as foreign to one of 64.
        if PLATFORM.is_some() {
            return Vec::new();
        }
        let mut trials = after_each_end("the_journal_is_closed_once", closes_after);
        trials.push(Trial::test("the_journal_is_closed_once_after_exit_of_c", closes_after_exit_of_c));
        trials.push(Trial::test("python_is_not_called_after_its_finalization", leaves_python_alone));
        needs(&PYTHON, trials)
    }

    const JOURNAL: &str = "one\ntwo\nPython can still be called\nclosed\n";

    fn closes_after(how: End) -> Result<(), Failed> {
        let folder = scratch(&format!("python_extension_{}", how.name()));
        let mut process = how.start(python("program.py", &folder)?)?;
        if let Some(signal) = how.signal() {
            process.wait_for("waiting\n")?;
            process.signal(signal)?;
        }
        let (last_line, status) = match how {
            End::Err => ("RuntimeError: an exception that nobody catches", Status::Code(1)),
            End::Panic => ("pyo3_runtime.PanicException: one line at a time", Status::Code(1)),
            End::Interrupt => ("KeyboardInterrupt", how.status()),
            End::Return | End::Exit => ("", how.status()),
            End::Terminate | End::TerminateAsProcessOne => ("", Status::Code(143)),
        };
        leaves(&process.end()?, &folder, JOURNAL, last_line, status)
    }

    fn closes_after_exit_of_c() -> Result<(), Failed> {
        let folder = scratch("python_extension_exit_of_c");
        let mut command = python("program.py", &folder)?;
        command.arg("exit_of_c");
        leaves(&Process::start(command)?.end()?, &folder, JOURNAL, "", Status::Code(3))
    }

    fn leaves_python_alone() -> Result<(), Failed> {
        let folder = scratch("python_extension_late");
        let left = Process::start(python("late.py", &folder)?)?.end()?;
        leaves(&left, &folder, "late\nclosed\n", "journal: Python is gone", Status::Code(0))
    }

    /// A handler that fails or runs too late would say so after all that Python says.
    fn leaves(left: &Left, folder: &Path, journal: &str, last_line: &str, status: Status) -> Result<(), Failed> {
        same("the journal", fs::read_to_string(folder.join("journal.txt"))?, journal)?;
        same("the last line of standard error", left.stderr.lines().last().unwrap_or_default(), last_line)?;
        same("the exit status", left.status.to_string(), &status.to_string())
    }

    /// Python, which is to be that script, in that folder.
    fn python(script: &str, folder: &Path) -> Result<Command, Failed> {
        let modules = MODULES.as_ref().map_err(Failed::from)?;
        let mut command = Command::new("python3");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).env("PYTHONPATH", modules).current_dir(folder);
        Ok(command)
    }

    /// The folder with the extension, under the name by which Python finds it.
    static MODULES: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
        let folder = scratch("python_extension");
        let library = library("python_extension", "journal");
        let copied = library.and_then(|library| Ok(fs::copy(library, folder.join("journal.so"))?));
        copied.map(|_| folder).map_err(message)
    });
}

#[cfg(unix)]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), unix::trials)
}

/// How Python ends by a signal differs.
#[cfg(not(unix))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}
