//! Crates under `tests/fixtures`, which tests build with cargo as a user would.

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::{Mutex, PoisonError};

use libtest_mimic::Failed;

/// The platform that the tests are built for, as compilers call it; `None` if it is the one that builds them.
pub const PLATFORM: Option<&str> = option_env!("ATEXIT_TEST_PLATFORM");

/// The folder of the repository.
///
/// # Panics
///
/// Never in a checkout.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this crate is in tests/support").to_owned()
}

/// The fixture of that name.
#[must_use]
pub fn fixture(name: &str) -> PathBuf {
    repository().join("tests/fixtures").join(name)
}

/// An empty folder for the test of that name, below cargo's folder for build output.
///
/// # Panics
///
/// If it can't be made.
#[must_use]
pub fn scratch(name: &str) -> PathBuf {
    let folder = target().join("scratch").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder is writable");
    folder
}

/// Cargo's folder for build output: the test binary is in `deps`, in the folder of a profile, in that of a platform.
fn target() -> PathBuf {
    let binary = env::current_exe().expect("this binary has a path");
    let levels = if PLATFORM.is_some() { 4 } else { 3 };
    binary.ancestors().nth(levels).expect("the test binary is in cargo's build folder").to_owned()
}

/// The test binary of that name in the workspace, built by cargo if need be, to be run by another one.
///
/// # Errors
///
/// What the compiler wrote, if it doesn't build.
///
/// # Panics
///
/// Never.
pub fn test_binary(name: &str) -> Result<PathBuf, Failed> {
    // As it was built with the other tests, from dependencies with the features that these packages need together.
    Build::of(repository(), &["--workspace", "--exclude", "atexit*", "--test", name]).executable(name)
}

/// Cargo on the crate or workspace in `folder`. What it builds goes to a folder of that name beside the tests' own, and
/// what it builds of this repository to where the tests are.
///
/// It needs no network: fixtures depend on this crate and on what it depends on, which is there.
///
/// # Panics
///
/// If the folder isn't writable.
#[must_use]
pub fn cargo(folder: &Path) -> Command {
    lock(folder);
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let name = folder.file_name().unwrap_or_default();
    command.current_dir(folder).env("CARGO_NET_OFFLINE", "true");
    let output = if folder == repository() { target() } else { target().join("fixtures").join(name) };
    command.env("CARGO_TARGET_DIR", output);
    if let Some(platform) = PLATFORM {
        command.env("CARGO_BUILD_TARGET", platform);
    }
    // What cargo told this test of the crate that it belongs to is not true of the other.
    for (variable, _) in env::vars_os() {
        let variable = variable.to_string_lossy();
        if variable.starts_with("CARGO_PKG_")
            || variable.starts_with("CARGO_MANIFEST_")
            || variable == "CARGO_CRATE_NAME"
        {
            command.env_remove(&*variable);
        }
    }
    command
}

/// Gives the workspace in `folder` the versions of the repository's own `Cargo.lock`, which are those that are here.
/// Cargo takes out what it doesn't depend on.
fn lock(folder: &Path) {
    static DONE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    let is_member = folder.parent().is_some_and(|parent| parent.join("Cargo.toml").exists());
    if is_member || folder == repository() || done.iter().any(|other| other == folder) {
        return;
    }
    done.push(folder.to_owned());
    // Replaced as a whole, since a test in another process may be reading it.
    let copy = folder.join(format!("Cargo.lock.{}", process::id()));
    fs::copy(repository().join("Cargo.lock"), &copy).expect("the fixture is writable");
    fs::rename(copy, folder.join("Cargo.lock")).expect("the fixture is writable");
}

/// A build of a fixture.
pub struct Build {
    folder: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Build {
    /// `cargo build` of the fixture of that name, with these arguments.
    #[must_use]
    pub fn new(name: &str, arguments: &[&str]) -> Self {
        Self::of(fixture(name), arguments)
    }

    /// `cargo build` of the crate or workspace in that folder, with these arguments.
    #[must_use]
    pub fn of(folder: PathBuf, arguments: &[&str]) -> Self {
        Self { folder, arguments: arguments.iter().map(ToString::to_string).collect(), variables: Vec::new() }
    }

    /// With this variable in cargo's environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Builds it, and says where the artifacts are.
    ///
    /// # Errors
    ///
    /// What the compiler wrote, if it doesn't build.
    pub fn run(&self) -> Result<Vec<PathBuf>, Failed> {
        let mut command = cargo(&self.folder);
        command.args(["build", "--message-format=json-render-diagnostics"]).args(&self.arguments);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let output = command.output()?;
        if !output.status.success() {
            return Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(artifacts(&String::from_utf8_lossy(&output.stdout)))
    }

    /// Builds it, and gives the artifact that is called `file`.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), and if there is no such artifact.
    pub fn artifact(&self, file: &str) -> Result<PathBuf, Failed> {
        self.find(file, |path| path.file_name().is_some_and(|name| name == file))
    }

    /// Builds it, and gives the program called `name`: a binary, an example, or a test, whose file has a hash, too.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), and if there is no such program.
    pub fn executable(&self, name: &str) -> Result<PathBuf, Failed> {
        self.find(name, |path| {
            let file = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            let stem = file.strip_suffix(EXE_SUFFIX).unwrap_or_default();
            stem == name || stem.rsplit_once('-').is_some_and(|(stem, hash)| stem == name && is_hash(hash))
        })
    }

    fn find(&self, what: &str, is_it: impl Fn(&Path) -> bool) -> Result<PathBuf, Failed> {
        let artifacts = self.run()?;
        let found = artifacts.iter().find(|path| is_it(path));
        found.cloned().ok_or_else(|| format!("no {what} among {artifacts:#?}").into())
    }
}

/// Whether it is what cargo adds to a file's name.
fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The paths in cargo's messages, each a line of JSON: every string in an array called `filenames`.
fn artifacts(messages: &str) -> Vec<PathBuf> {
    let lists = messages.lines().filter_map(|line| line.split_once("\"filenames\":[")?.1.split_once(']'));
    lists
        .flat_map(|(list, _)| list.split(','))
        .map(|name| PathBuf::from(name.trim_matches('"').replace("\\\\", "\\")))
        .collect()
}
