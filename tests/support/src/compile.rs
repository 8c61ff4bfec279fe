//! Programs in C and C++.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::fixture::{PLATFORM, cargo, repository, scratch};
use crate::skip::Need;

/// A C compiler for the platform of the tests.
pub const C: Need = Need::program("a C compiler", COMPILERS.0, &["--version"]);

/// A C++ compiler.
pub const CPLUSPLUS: Need = Need::program("a C++ compiler", COMPILERS.1, &["--version"]);

/// As the crate `cc` calls them for the platform.
const COMPILERS: (&str, &str) = if IS_MUSL_ELSEWHERE {
    // There is none for C++, but this one takes C++, too.
    ("musl-gcc", "musl-gcc")
} else {
    (env!("ATEXIT_TEST_CC"), env!("ATEXIT_TEST_CXX"))
};

/// Whether the tests are for musl on a machine with another C library, which then has musl's beside it.
const IS_MUSL_ELSEWHERE: bool = cfg!(target_env = "musl") && PLATFORM.is_some();

/// With this, C++ does without its library, which there is none of for musl, and which an emulator may lack.
const FOR_CPLUSPLUS: &[&str] = if IS_MUSL_ELSEWHERE {
    &["-nostdinc++", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]
} else if PLATFORM.is_some() {
    &["-static-libstdc++"]
} else {
    &[]
};

/// Whether programs in C++ can throw, which takes that library.
pub const CPLUSPLUS_THROWS: bool = !IS_MUSL_ELSEWHERE;

/// What Rust's standard library asks for, where it is more than C's own library. (`musl-gcc` leaves out the header by
/// which a program is unwound.)
const FOR_RUST: &[&str] = if cfg!(not(target_os = "linux")) {
    // The BSDs have no `libdl`.
    &["-lpthread", "-lm"]
} else if cfg!(not(target_env = "musl")) {
    &["-lpthread", "-ldl", "-lm"]
} else if cfg!(target_feature = "crt-static") {
    &["-static", "-lunwind", "-Wl,--eh-frame-hdr"]
} else {
    &["-lgcc_s", "-Wl,--eh-frame-hdr"]
};

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
    command.args(libraries()).args(FOR_RUST);
    succeed(command)?;
    Ok(program)
}

fn is_cplusplus(source: &Path) -> bool {
    source.extension().is_some_and(|extension| extension == "cpp")
}

fn compiler(host: &str, is_cplusplus: bool) -> Result<Command, Failed> {
    let mut build = cc::Build::new();
    build.cpp(is_cplusplus).target(PLATFORM.unwrap_or(host)).host(host).opt_level(0).cargo_metadata(false);
    if IS_MUSL_ELSEWHERE {
        build.compiler(COMPILERS.0);
    }
    let mut command = build.try_get_compiler()?.to_command();
    if is_cplusplus {
        command.args(FOR_CPLUSPLUS);
    }
    Ok(command)
}

/// Where cargo was told that libraries for this platform are.
fn libraries() -> Vec<String> {
    let platform = PLATFORM.unwrap_or_default().replace('-', "_").to_uppercase();
    let flags = env::var(format!("CARGO_TARGET_{platform}_RUSTFLAGS")).unwrap_or_default();
    flags.split_whitespace().filter_map(|flag| Some(format!("-L{}", flag.strip_prefix("-Lnative=")?))).collect()
}

fn succeed(mut command: Command) -> Result<(), Failed> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// The platform that builds the tests, as compilers call it.
fn host() -> Result<String, Failed> {
    let version = cargo(&repository()).arg("-vV").output()?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("cargo knows its host")?.to_owned())
}
