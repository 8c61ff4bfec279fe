//! The compiler as cargo calls it for what is counted exactly.
//!
//! Cargo gives each crate a hash that contains the path of its folder. The order of the codegen units follows from it,
//! from that the order in which the linker calls constructors, and from that what it takes to sort annotated functions:
//! 8 % from one folder to another. So cargo calls this program in place of the compiler, which calls it with the name
//! and the version of the package instead.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::command::run;
use crate::package::Result;

/// Makes cargo call the compiler by this program.
pub fn wrap(cargo: &mut Command) -> Result<&mut Command> {
    Ok(cargo.env("RUSTC_WRAPPER", env::current_exe()?))
}

/// Whether cargo calls this program with these arguments: those of a wrapper are the compiler and its arguments.
pub fn is_called(arguments: &[String]) -> bool {
    arguments.first().is_some_and(|first| Path::new(first).file_stem() == Some(OsStr::new("rustc")))
}

/// Calls the compiler as cargo asks for, but for that hash.
pub fn call(arguments: &[String]) -> Result<()> {
    let variable = |name| env::var(name).unwrap_or_default();
    let package = format!("{}-{}", variable("CARGO_PKG_NAME"), variable("CARGO_PKG_VERSION"));
    run(Command::new(&arguments[0]).args(by_package(&arguments[1..], &package)))
}

/// The arguments with that in place of the hash.
fn by_package<'a>(arguments: &'a [String], package: &'a str) -> impl Iterator<Item = String> + 'a {
    arguments.iter().map(move |argument| match argument.split_once('=') {
        Some(("metadata", _)) => format!("metadata={package}"),
        _ => argument.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_cargo_is_replaced() {
        let arguments = ["-C", "metadata=0123456789abcdef", "-C", "extra-filename=-0123456789abcdef"].map(String::from);
        let replaced: Vec<_> = by_package(&arguments, "hello-1.0.0").collect();
        assert_eq!(replaced, ["-C", "metadata=hello-1.0.0", "-C", "extra-filename=-0123456789abcdef"]);
    }

    #[test]
    fn cargo_calls_it_with_a_compiler() {
        let is_called = |first: &str| is_called(&[first.to_owned(), "-vV".to_owned()]);
        assert!(is_called("rustc") && is_called("/usr/bin/rustc"));
        assert!(!is_called("--check"));
    }
}
