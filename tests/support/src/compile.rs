//! Programs in C and C++.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::fixture::{cargo, repository, scratch};
use crate::skip::Need;

/// A C compiler.
pub const C: Need = Need::program("a C compiler", "cc", &["--version"]);

/// A C++ compiler.
pub const CPLUSPLUS: Need = Need::program("a C++ compiler", "c++", &["--version"]);

/// Compiles and links a program in C or C++, or in both. `arguments` go to the linker.
///
/// # Errors
///
/// What the compiler wrote, if it doesn't build.
pub fn compile(sources: &[&Path], program: &str, arguments: &[&str]) -> Result<PathBuf, Failed> {
    let host = host()?;
    let folder = scratch(program);
    let mut objects = Vec::new();
    for source in sources {
        let object = folder.join(source.file_name().unwrap_or_default()).with_extension("o");
        let mut command = compiler(&host, is_cplusplus(source))?;
        command.arg("-c").arg(source).arg("-o").arg(&object);
        succeed(command)?;
        objects.push(object);
    }
    let program = folder.join(program);
    let mut command = compiler(&host, sources.iter().any(|source| is_cplusplus(source)))?;
    command.args(objects).args(arguments).arg("-o").arg(&program);
    // What Rust's standard library asks for, where it is more than C's own library.
    command.args(["-lpthread", "-ldl", "-lm"]);
    succeed(command)?;
    Ok(program)
}

fn is_cplusplus(source: &Path) -> bool {
    source.extension().is_some_and(|extension| extension == "cpp")
}

fn compiler(host: &str, is_cplusplus: bool) -> Result<Command, Failed> {
    let mut build = cc::Build::new();
    build.cpp(is_cplusplus).target(host).host(host).opt_level(0).cargo_metadata(false);
    Ok(build.try_get_compiler()?.to_command())
}

fn succeed(mut command: Command) -> Result<(), Failed> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// The platform that we are on, as compilers call it.
fn host() -> Result<String, Failed> {
    let version = cargo(&repository()).arg("-vV").output()?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("cargo knows its host")?.to_owned())
}
