//! Tells whether the crate that is being compiled is a program: a binary, an example or a test, and no library.
//!
//! The macro runs inside the compiler, whose command line says it, with cargo and without.

use std::env;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proc_macro2::TokenStream;
use quote::quote;

/// Whether it is one, as an expression in terms of that crate `core`.
pub(crate) fn is_compiled(core: &TokenStream) -> TokenStream {
    // Asked once: a process compiles one crate. (An editor's, which expands for many and whose command line says
    // nothing, runs none of them.)
    static ANSWER: LazyLock<Option<bool>> = LazyLock::new(|| is_compiled_by(command_line()));
    match *ANSWER {
        Some(answer) => quote!(#answer),
        None if is_named_by_cargo() => quote!(true),
        None => quote!(#core::cfg!(test)),
    }
}

/// Whether cargo tells of a binary, an example or a build script: it is asked where nobody tells a library the command
/// line, as on FreeBSD.
fn is_named_by_cargo() -> bool {
    let krate = env::var("CARGO_CRATE_NAME").unwrap_or_default();
    env::var_os("CARGO_BIN_NAME").is_some() || krate.starts_with("build_script_")
}

/// The compiler's command line, beginning with its name. Nothing, if that isn't known.
fn command_line() -> Vec<String> {
    let arguments: Vec<String> = env::args_os().filter_map(|argument| argument.into_string().ok()).collect();
    if !arguments.is_empty() {
        return arguments;
    }
    // The macro is a library with a standard library of its own, which only some systems tell the arguments, and musl
    // doesn't.
    let arguments = fs::read_to_string("/proc/self/cmdline").unwrap_or_default();
    arguments.split_terminator('\0').map(str::to_owned).collect()
}

/// The lines of the file, if it is an argument such as `@file`, of which each is an argument of its own.
fn expand(argument: String) -> Vec<String> {
    match argument.strip_prefix('@').and_then(read) {
        Some(lines) => lines.lines().map(str::to_owned).collect(),
        None => vec![argument],
    }
}

/// The text of a file, and of nothing else: what can be read only once, the compiler has read.
fn read(path: &str) -> Option<String> {
    Path::new(path).is_file().then(|| fs::read_to_string(path).ok())?
}

/// Whether the compiler makes a program by that command line, and be it beside a library.
fn is_compiled_by(command_line: Vec<String>) -> Option<bool> {
    let mut arguments = command_line.into_iter();
    arguments.next()?;
    let arguments: Vec<String> = arguments.flat_map(expand).collect();
    if arguments.iter().any(|argument| argument == "--test") {
        return Some(true);
    }
    let apart = arguments.windows(2).filter(|pair| pair[0] == "--crate-type").map(|pair| pair[1].as_str());
    let joined = arguments.iter().filter_map(|argument| argument.strip_prefix("--crate-type="));
    let said: Vec<&str> = apart.chain(joined).flat_map(|types| types.split(',')).collect();
    if !said.is_empty() {
        return Some(said.contains(&"bin"));
    }
    // The attributes count where no argument says anything, and without them it is a program.
    let is_source = |argument: &&String| Path::new(argument).extension().is_some_and(|extension| extension == "rs");
    let source = arguments.iter().filter(is_source).find_map(|path| read(path));
    let attributes = source.as_deref().map(crate_types).unwrap_or_default();
    Some(attributes.is_empty() || attributes.contains(&"bin"))
}

/// What the attributes `#![crate_type = "…"]` say, which stand with other attributes and comments before all else.
/// One below what isn't understood, as a comment in a comment, isn't found.
fn crate_types(source: &str) -> Vec<&str> {
    let mut types = Vec::new();
    let mut rest = source.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if let Some(attribute) = inner_attribute(rest) {
            types.extend(crate_type(attribute));
            "]"
        } else if rest.starts_with("//") || rest.starts_with("#!") {
            "\n"
        } else if rest.starts_with("/*") {
            "*/"
        } else {
            return types;
        };
        rest = rest.split_once(end).map_or("", |(_, rest)| rest.trim_start());
    }
}

/// What follows `#![`.
fn inner_attribute(source: &str) -> Option<&str> {
    ["#", "!", "["].iter().try_fold(source, |rest, mark| rest.trim_start().strip_prefix(mark))
}

fn crate_type(attribute: &str) -> Option<&str> {
    let value = attribute.trim_start().strip_prefix("crate_type")?.trim_start().strip_prefix('=')?;
    Some(value.trim_start().strip_prefix('"')?.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::{crate_types, is_compiled_by};

    fn is_program(arguments: &[&str]) -> Option<bool> {
        is_compiled_by([&["rustc"], arguments].concat().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn arguments_say_it_in_every_form() {
        for program in [
            &["--crate-type", "bin", "main.rs"][..],
            &["--crate-name", "lib", "--crate-type=bin", "lib.rs"],
            &["main.rs", "--crate-type", "lib,bin"],
            &["main.rs", "--crate-type=cdylib", "--crate-type=bin"],
            &["--test", "--crate-type", "lib", "lib.rs"],
            &["lib.rs", "--crate-type=rlib", "--test"],
            &["main"],
            &["--edition=2024", "-"],
            &["--cfg", "test", "there_is_no_such_file.rs"],
            &[],
        ] {
            assert_eq!(is_program(program), Some(true), "{program:?}");
        }
        for library in [
            &["--crate-type", "lib", "main.rs"][..],
            &["--crate-name", "bin", "--crate-type=rlib", "bin.rs"],
            &["lib.rs", "--crate-type", "cdylib,staticlib"],
            &["--crate-type=dylib", "lib.rs", "--crate-type", "proc-macro", "--cfg", "test", "-Clink-arg=--test"],
        ] {
            assert_eq!(is_program(library), Some(false), "{library:?}");
        }
    }

    #[test]
    fn nothing_is_said_by_no_command_line() {
        assert_eq!(is_compiled_by(Vec::new()), None);
    }

    #[test]
    fn attributes_say_it_before_all_else() {
        for (source, types) in [
            ("#![crate_type = \"lib\"]", &["lib"][..]),
            ("\u{feff}\n#![crate_type=\"rlib\"]# ! [ crate_type = \"bin\" ] fn main() {}", &["rlib", "bin"]),
            ("#!/usr/bin/env rustc\n//! # Title\n#![allow(\n    a,\n)] #![crate_type = \"lib\"]", &["lib"]),
            ("/*! a\n * comment */ // and another\n/**/#![crate_type = \"lib\"]", &["lib"]),
            ("// #![crate_type = \"lib\"]\n/*\n#![crate_type = \"lib\"]\n*/\nfn main() {}", &[]),
            ("#![doc = \"\n#![crate_type = \\\"lib\\\"]\n\"]\nfn main() {}", &[]),
            ("fn main() {}\n#![crate_type = \"lib\"]", &[]),
            ("#![crate_name = \"lib\"]\nconst TEXT: &str = \"\n#![crate_type = \"lib\"]\n\";", &[]),
            ("/* never closed #![crate_type = \"lib\"]", &[]),
            ("#![never(closed", &[]),
            ("#![crate_type", &[]),
            ("#", &[]),
            ("", &[]),
        ] {
            assert_eq!(crate_types(source), types, "{source}");
        }
    }
}
