//! The programs: building each once, and comparing what one does with what it should do.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

pub(crate) use atexit_test_support::message as text;
use atexit_test_support::{self as support, Build, Failed, Left, PANICKED, Process, Status, child, fixture, scratch};

/// A program that is built when it is first needed. Every test that needs it fails if it doesn't build.
pub(crate) type Program = LazyLock<Result<PathBuf, String>>;

/// How the library is compiled, which decides what shares an object file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Units {
    /// As a user finds it: many codegen units, not optimised.
    Dev,
    One,
    /// Optimised, so that few of them refer to each other.
    Many,
}

/// The library of the fixture, in the forms that C can use.
pub(crate) struct Library {
    folder: PathBuf,
}

impl Library {
    pub(crate) fn get() -> Result<&'static Self, Failed> {
        static LIBRARY: LazyLock<Result<Library, String>> = LazyLock::new(|| Library::build().map_err(text));
        LIBRARY.as_ref().map_err(Failed::from)
    }

    /// Builds all forms, one after the other, since cargo has one folder for all of them.
    fn build() -> Result<Self, Failed> {
        let library = Self { folder: scratch("libraries") };
        for units in [Units::One, Units::Many, Units::Dev] {
            let mut arguments = vec!["--package", "handlers"];
            match units {
                Units::Dev => {}
                Units::One => arguments.extend(["--config", "profile.dev.package.handlers.codegen-units=1"]),
                Units::Many => arguments.extend([
                    "--config",
                    "profile.dev.package.handlers.codegen-units=256",
                    "--config",
                    "profile.dev.package.handlers.opt-level=3",
                ]),
            }
            let archive = Build::new("libraries", &arguments).artifact("libhandlers.a")?;
            fs::hard_link(&archive, library.archive(units))?;
            // A program that is linked statically loads nothing.
            if matches!(units, Units::Dev) && cfg!(not(target_feature = "crt-static")) {
                // Two files are two libraries, whatever is in them.
                fs::copy(archive.with_extension("so"), library.file())?;
                fs::copy(archive.with_extension("so"), library.other_file())?;
            }
        }
        Ok(library)
    }

    /// The file that is linked.
    pub(crate) fn archive(&self, units: Units) -> PathBuf {
        self.folder.join(format!("{units:?}.a"))
    }

    /// The file that is loaded.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("one.so")
    }

    /// The same under another name.
    pub(crate) fn other_file(&self) -> PathBuf {
        self.folder.join("other.so")
    }
}

/// Compiles and links a program of the fixture, in C or C++. `arguments` go to the linker.
pub(crate) fn compile(source: &str, program: &str, arguments: &[&str]) -> Result<PathBuf, String> {
    support::compile(&[&fixture("libraries").join("c").join(source)], program, arguments).map_err(text)
}

/// The built program, to be started.
pub(crate) fn start(program: &Program) -> Result<Command, Failed> {
    let mut command = child(program.as_ref().map_err(Failed::from)?);
    command.env_remove("RUST_BACKTRACE");
    Ok(command)
}

/// Runs a program to its end: it must leave these letters, report nothing and exit with this status.
pub(crate) fn leaves(command: Command, letters: &str, status: i32) -> Result<(), Failed> {
    ends(command, letters, Status::Code(status), str::is_empty)
}

/// Runs a program to its end: it must leave these letters, end so, and what it writes to standard error must be so.
pub(crate) fn ends(
    command: Command,
    letters: &str,
    status: Status,
    is_right: impl Fn(&str) -> bool,
) -> Result<(), Failed> {
    let what = format!("{command:?}");
    let Left { stdout, stderr, status: found } = Process::run(command)?;
    if stdout == letters && found == status && is_right(&stderr) {
        return Ok(());
    }
    Err(format!("{what} should leave\n{letters} ({status})\nbut leaves\n{stdout} ({found})\n{stderr}").into())
}

/// Whether that is all that is to be said of one handler that panicked.
pub(crate) fn is_report_of_panic(stderr: &str) -> bool {
    let reports: Vec<&str> = stderr.lines().filter(|line| line.starts_with("atexit: ")).collect();
    matches!(reports[..], [report] if report.ends_with(PANICKED)) && stderr.contains("as a handler may")
}
