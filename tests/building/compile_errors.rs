//! What can't be accepted: each mistake gets one error, at the token at fault, that says what to write instead.
//!
//! Each case marks its mistakes by comments `// Wrong: …`. The file beside it holds what the stable compiler says.
//! `TRYBUILD=overwrite` writes it anew, to be read before it is kept: does the error stand under the right token, does
//! it help, is it the same on every machine?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use atexit_test_support::{Failed, Program, RUST, Trial, helper, main as run, text};
use trybuild::TestCases;

/// The folders of cases, by what is wrong.
const GROUPS: [&str; 6] = ["functions", "items", "options", "arguments", "outcomes", "calls"];

fn main() -> ExitCode {
    let count = Trial::test("a_mistake_gets_one_error", || {
        a_mistake_gets_one_error();
        Ok(())
    });
    // No program under wine can start cargo.
    let scenarios = vec![
        helper("compiles_mistakes", compile_mistakes)
            .needs(&RUST)
            .unless(cfg!(emulator = "wine"))
            .test("mistakes_get_helpful_errors", passes),
        helper("compiles_accepted", compile_accepted)
            .unless(cfg!(emulator = "wine"))
            .test("odd_forms_are_accepted", passes),
    ];
    run(scenarios, || vec![count])
}

/// What cargo and the compiler print is of interest only when they fail. They may take as long as they like.
fn passes(program: &Program) -> Result<(), Failed> {
    let output = program.command()?.output()?;
    if output.status.success() { Ok(()) } else { Err((text(&output.stdout) + &text(&output.stderr)).into()) }
}

fn compile_mistakes() {
    let cases = TestCases::new();
    for group in GROUPS {
        cases.compile_fail(format!("compile_errors/{group}/*.rs"));
    }
}

fn compile_accepted() {
    TestCases::new().pass("compile_errors/accepted/*.rs");
}

fn a_mistake_gets_one_error() {
    for case in GROUPS.into_iter().flat_map(cases) {
        let mistakes = lines(&case, |line| line.trim_start().starts_with("// Wrong: "));
        let output = case.with_extension("stderr");
        assert_eq!(lines(&output, |line| line.starts_with("error")), mistakes, "errors in {}", output.display());
        assert_eq!(lines(&output, |line| line.starts_with("warning")), 0, "warnings in {}", output.display());
    }
}

fn cases(group: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("compile_errors").join(group);
    let files = fs::read_dir(folder).expect("the group is a folder").map(|file| file.expect("it can be read").path());
    let cases: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect();
    assert!(!cases.is_empty(), "{group} has cases");
    cases
}

fn lines(file: &Path, are: impl Fn(&str) -> bool) -> usize {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.lines().filter(|line| are(line)).count()
}
