//! The compiler as it is started without cargo.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::fixture::PLATFORM;

/// The compiler in this folder, where its output goes, too, with none of cargo's variables. What it compiles may use
/// `atexit`, which is among these artifacts of a [`Build`](crate::Build).
///
/// # Errors
///
/// If it isn't.
pub fn rustc(folder: &Path, artifacts: &[PathBuf]) -> Result<Command, Failed> {
    let is_atexit = |path: &&PathBuf| {
        let stem = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
        stem.starts_with("libatexit-") && path.extension().is_some_and(|extension| extension == "rlib")
    };
    let atexit = artifacts.iter().find(is_atexit).ok_or_else(|| format!("no `atexit` among {artifacts:#?}"))?;
    let mut command = Command::new("rustc");
    command.current_dir(folder).arg("--edition=2024").arg(format!("--extern=atexit={}", atexit.display()));
    for dependencies in artifacts.iter().filter_map(|path| path.parent()) {
        command.arg(format!("-Ldependency={}", dependencies.display()));
    }
    // What cargo would pass on.
    let mut flags = env::var("RUSTFLAGS").unwrap_or_default();
    if let Some(platform) = PLATFORM {
        let variable = |name| {
            let platform = platform.replace('-', "_").to_uppercase();
            env::var(format!("CARGO_TARGET_{platform}_{name}")).ok()
        };
        flags = flags + " " + &variable("RUSTFLAGS").unwrap_or_default();
        command.arg("--target").arg(platform).args(variable("LINKER").map(|linker| format!("-Clinker={linker}")));
    }
    command.args(flags.split_whitespace());
    for (variable, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO")) {
        command.env_remove(variable);
    }
    Ok(command)
}
