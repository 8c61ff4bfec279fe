//! The libraries among the packages under `examples`.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::PathBuf;

use libtest_mimic::Failed;

use crate::fixture::{Build, repository};

/// The library that a package of this repository makes for programs in other languages: the file that they load. Cargo
/// doesn't build it for the package's tests.
///
/// # Errors
///
/// What the compiler wrote, if it doesn't build.
pub fn library(package: &str, name: &str) -> Result<PathBuf, Failed> {
    let build = Build::of(repository(), &["--package", package, "--lib"]);
    build.artifact(&format!("{DLL_PREFIX}{name}{DLL_SUFFIX}"))
}
