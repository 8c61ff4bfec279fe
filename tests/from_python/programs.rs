//! The programs of the page, built and run.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use atexit_test_support::{Build, Failed, Left, Process, child, message, repository, same, scratch};

use crate::page::{Outcome, SECTIONS, Section};

impl Outcome {
    /// It is what became of the program that left this.
    pub(crate) fn is_of(&self, left: &Left) -> Result<(), Failed> {
        let error = |error| format!("{}\n--- standard error\n{}", message(error), left.stderr);
        same("standard output", &left.stdout, &self.stdout).map_err(error)?;
        same("the exit", left.status.to_string(), &self.status.to_string()).map_err(error)?;
        Ok(())
    }
}

/// Runs a section's program in Rust in that folder.
pub(crate) fn run_rust(section: &Section, folder: &Path) -> Result<Left, Failed> {
    let artifacts = BUILT.as_ref().map_err(Clone::clone)?;
    let file = format!("{}{EXE_SUFFIX}", section.name());
    let executable = artifacts.iter().find(|path| path.file_name().is_some_and(|name| name == &*file));
    let mut command = child(executable.ok_or_else(|| format!("no {file} among {artifacts:#?}"))?);
    // A backtrace is the panic hook's business, and slow.
    command.env_remove("RUST_BACKTRACE").current_dir(folder);
    let mut left = run(command, &section.rust.outcome)?;
    // The page calls each of them the same.
    left.stderr = left.stderr.replace(&format!("{}::", section.name()), "demo::");
    left.stderr = left.stderr.replace(&format!("({}.rs:", section.name()), "(src/main.rs:");
    Ok(left)
}

/// Runs a section's program in Python in that folder.
pub(crate) fn run_python(section: &Section, folder: &Path) -> Result<Left, Failed> {
    let code = folder.join("port.py");
    fs::write(&code, &section.python.code)?;
    let mut command = Command::new("python3");
    // Nothing but the interpreter itself: no environment, no site packages, which may register handlers of their own.
    command.args(["-I", "-S"]).arg(&code).current_dir(folder);
    let left = run(command, &section.python.outcome)?;
    fs::remove_file(&code)?;
    Ok(left)
}

/// The programs in Rust, each a binary of one crate.
static BUILT: LazyLock<Result<Vec<PathBuf>, String>> = LazyLock::new(|| build().map_err(message));

fn build() -> Result<Vec<PathBuf>, Failed> {
    let folder = scratch("from_python");
    let mut binaries = String::new();
    for section in SECTIONS.iter().filter(|section| section.runs_here()) {
        let name = section.name();
        fs::write(folder.join(format!("{name}.rs")), &section.rust.code)?;
        binaries.extend(["\n[[bin]]\nname = '", &name, "'\npath = '", &name, ".rs'\n"]);
    }
    let manifest = format!(
        r#"[package]
name = "from_python"
edition = "2024"

[dependencies]
atexit = {{ path = '{}', features = ["signals"] }}

[lints.rust]
warnings = "deny"

[workspace]
{binaries}"#,
        repository().display()
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    Build::of(folder, &[]).run()
}

/// Runs a program to its end, which may be due to a signal.
fn run(command: Command, expected: &Outcome) -> Result<Left, Failed> {
    let mut process = Process::start(command)?;
    if let Some(signal) = expected.signal {
        process.wait_for(expected.stdout.split_inclusive('\n').next().unwrap_or_default())?;
        process.signal(signal)?;
    }
    process.end()
}
