//! Tests that need what not every machine has.

use std::env;
use std::process::{Command, Stdio};

use libtest_mimic::Trial;

/// If this is set, a test that would be skipped fails.
const MUST_RUN: &str = "ATEXIT_TESTS_MUST_RUN";

/// Something that a test needs.
pub struct Need {
    what: &'static str,
    command: &'static str,
    arguments: &'static [&'static str],
    answer: &'static str,
}

impl Need {
    /// A program that answers these arguments with success.
    #[must_use]
    pub const fn program(what: &'static str, command: &'static str, arguments: &'static [&'static str]) -> Self {
        Self { what, command, arguments, answer: "" }
    }

    /// Its answer has to begin so, too.
    #[must_use]
    pub const fn answering(self, answer: &'static str) -> Self {
        Self { answer, ..self }
    }

    fn is_here(&self) -> bool {
        let output = Command::new(self.command).args(self.arguments).stdin(Stdio::null()).output();
        output.is_ok_and(|output| output.status.success() && output.stdout.starts_with(self.answer.as_bytes()))
    }
}

/// Python 3, for comparing with the real thing.
pub const PYTHON: Need = Need::program("Python 3", "python3", &["--version"]);

/// The compiler whose words and descriptions of crates are committed. Each version has its own.
pub const RUST: Need = Need::program("Rust 1.95", "rustc", &["--version"]).answering("rustc 1.95.");

/// A standard library that the compiler comes with. Where there is none, cargo can be told to build it for itself.
pub const STANDARD_LIBRARY: Need =
    Need::program("the compiler's own standard library", "sh", &["-c", "test -z \"$CARGO_UNSTABLE_BUILD_STD\""]);

/// The tests, if what they need is here. Otherwise they are skipped, which is said with the reason, or fail if no test
/// may be skipped.
#[must_use]
pub fn needs(need: &Need, tests: Vec<Trial>) -> Vec<Trial> {
    if need.is_here() {
        return tests;
    }
    let call = [&[need.command], need.arguments].concat().join(" ");
    let answer = if need.answer.is_empty() { "fails".to_owned() } else { format!("doesn't answer `{}`", need.answer) };
    let reason = format!("{} is not available on this machine: `{call}` {answer}", need.what);
    let names = tests.iter().map(|test| test.name().to_owned());
    if env::var_os(MUST_RUN).is_some() {
        return names.map(|name| fails(name, &reason)).collect();
    }
    names.for_each(|name| eprintln!("SKIPPED {name}: {reason}"));
    tests.into_iter().map(|test| test.with_ignored_flag(true)).collect()
}

fn fails(name: String, reason: &str) -> Trial {
    let reason = format!("may not be skipped, but {reason}");
    Trial::test(name, move || Err(reason.into()))
}
