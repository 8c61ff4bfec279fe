//! The examples: what each prints, and that it is what the Python program prints that stands above its code. `service`,
//! which prints nothing until a signal ends it, is in `tests/signals`, and so is what signals do to `ctrl_c`.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use atexit_test_support::{
    Failed, Left, PANICKED, PYTHON, Process, Trial, child, example, files, main as run, needs, place_in_example,
    python_twin, repository, same, scratch, shown_in, text, told_by_c, without_times,
};

/// An example, its arguments, and what it prints then.
type Run = (&'static str, &'static [&'static str], &'static str);

const RUNS: [Run; 10] = [
    ("first", &[], "Program is running...\nClosing the log.\nGoodbye, world!\n"),
    ("goodbye", &[], "Program is running...\nGoodbye, world!\n"),
    ("decorator_example", &[], "Program is running...\nGoodbye, world!\n"),
    ("lifo_example", &[], "Program is running...\nSecond registered, runs first\nFirst registered, runs last\n"),
    ("log_handler", &[], "Program is running...\nLog file closed.\n"),
    ("arguments", &[], "Program is running...\nGoodbye, Walter!\nGoodbye, Donny!\nGoodbye, Donny!\n"),
    ("unregister", &[], "Program is running...\nGoodbye, world!\n"),
    ("failures", &[], "Program is running...\nThe others run all the same.\n"),
    ("ctrl_c", &["3"], "1\n2\n3\nSaved 3.\n"),
    (
        "mixed",
        &[],
        "These are pending, the next to run first:
   mixed::main::{{closure}}
   mixed::main::{{closure}}
   mixed::high_priority
   mixed::last_in_source
   mixed::storage::in_a_module
   mixed::first_in_source
   mixed::low_priority
1. registered last
2. registered by the handler before
3. registered first
4. annotated, priority 10
5. annotated, last in the source
6. annotated, in a module between
7. annotated, first in the source
8. annotated, priority -10
",
    ),
];

fn main() -> ExitCode {
    let outputs = RUNS.iter().map(|&(name, arguments, output)| {
        Trial::test(format!("example_{name}_prints_what_it_should"), move || prints(name, arguments, output))
    });
    let mut trials: Vec<Trial> = outputs.collect();
    trials.push(Trial::test("the_failures_example_reports_both_failures", reports_both_failures));
    trials.push(Trial::test("the_readme_begins_with_the_first_example", readme_begins_with_first));
    trials.push(Trial::test("the_readme_adds_the_crate_from_where_it_is", readme_adds_crate));
    // Elsewhere, paths read otherwise.
    if cfg!(unix) {
        trials.push(Trial::test("the_guide_shows_the_trace_of_the_first_example", guide_shows_trace_of_first));
    }
    let twins = RUNS.iter().filter(|(name, ..)| !["first", "mixed"].contains(name)).map(|&(name, arguments, _)| {
        Trial::test(format!("example_{name}_prints_what_python_prints"), move || equals_python(name, arguments))
    });
    // No program under wine can start one of Linux.
    if cfg!(not(emulator = "wine")) {
        trials.extend(needs(&PYTHON, twins.collect()));
    }
    run(Vec::new(), || trials)
}

fn prints(name: &str, arguments: &[&str], expected: &str) -> Result<(), Failed> {
    let left = run_example(name, arguments, &scratch(&format!("{name}_alone")))?;
    same("standard output", left.stdout, expected)?;
    // What fails there is compared by another test.
    if name == "failures" { Ok(()) } else { same("standard error", left.stderr, "") }
}

fn reports_both_failures() -> Result<(), Failed> {
    let left = run_example("failures", &[], &scratch("failures_reports"))?;
    // A compiler that runs on Windows knows the file by another separator.
    let stderr = left.stderr.replace('\\', "/");
    let reports: Vec<&str> = stderr.lines().filter(|line| line.starts_with("atexit: ")).collect();
    let [divide, save] = reports[..] else { return Err(format!("two reports are expected in\n{stderr}").into()) };
    let place = |call| place_in_example("failures", call);
    let panicked = format!("atexit: handler failures::divide ({}) {PANICKED}", place("atexit::register(divide)")?);
    same("the report", divide, &panicked)?;
    let start = format!("atexit: handler failures::save ({}) failed: Os {{", place("atexit::register(save)")?);
    if !save.starts_with(&start) {
        return Err(format!("{save}\nshould start with\n{start}").into());
    }
    // Elsewhere, the system's errors read otherwise.
    if cfg!(unix) {
        same("the guide", format!("{divide}\n{save}\n"), &shown_in("src/guide/handlers.md", "failures::divide")?)?;
    }
    Ok(())
}

fn guide_shows_trace_of_first() -> Result<(), Failed> {
    let mut command = child(&example("first")?);
    let output = command.env("ATEXIT_TRACE", "1").current_dir(scratch("first_in_guide")).output()?;
    // On this platform.
    let shown = shown_in("src/guide/handlers.md", "atexit: running")?.replace("status 0", &told_by_c(0));
    same("the trace", without_times_and_total(&text(&output.stderr)), &without_times_and_total(&shown))
}

/// Without the time that all handlers took together, too, which stands at the end of the last line.
fn without_times_and_total(trace: &str) -> String {
    without_times(&trace.replace("failed, ", "failed after "))
}

fn readme_begins_with_first() -> Result<(), Failed> {
    let readme = fs::read_to_string(repository().join("README.md"))?;
    let block = |language: &str| {
        let (_, block) = readme.split_once(&format!("```{language}\n"))?;
        block.split_once("```").map(|(block, _)| block)
    };
    let source = fs::read_to_string(repository().join("examples/first.rs"))?;
    let program = source.split_once("\n\n").map(|(_, program)| program);
    same("the program", block("rust").unwrap_or_default(), program.unwrap_or_default())?;
    let left = run_example("first", &[], &scratch("first_in_readme"))?;
    same("its output", block("text").unwrap_or_default(), &left.stdout)
}

/// From a clone until the changelog has a version with a date, and then from the registry, whose page needs the address
/// of the repository for its links.
fn readme_adds_crate() -> Result<(), Failed> {
    let read = |file| fs::read_to_string(repository().join(file));
    let (changelog, manifest) = (read("CHANGELOG.md")?, read("Cargo.toml")?);
    let mut versions = changelog.lines().filter(|line| line.starts_with("## "));
    let is_published = versions.any(|version| !version.ends_with(" - Unreleased"));
    let how = if is_published {
        "To use it:\n\n```sh\ncargo add atexit\n```\n\n"
    } else {
        "To use it in a project beside a clone of its repository:\n\n```sh\ncargo add --path ../atexit\n```\n\n"
    };
    if is_published && !manifest.lines().any(|line| line.starts_with("repository = ")) {
        return Err("Cargo.toml should say where the repository is".into());
    }
    let readme = read("README.md")?;
    let (before, _) = readme.split_once("```rust").unwrap_or_default();
    if !before.ends_with(how) {
        return Err(format!("before its first program, README.md should say\n{how}").into());
    }
    let command = how.lines().find(|line| line.starts_with("cargo add ")).unwrap_or_default();
    let with_signals = format!("`{command} --features signals`");
    if readme.contains(&with_signals) { Ok(()) } else { Err(format!("README.md should say {with_signals}").into()) }
}

/// Runs the example and its Python twin, each in a folder of its own, and compares all that they leave.
fn equals_python(name: &str, arguments: &[&str]) -> Result<(), Failed> {
    let (rust_folder, python_folder) = (scratch(&format!("{name}_rust")), scratch(&format!("{name}_python")));
    let rust = run_example(name, arguments, &rust_folder)?;
    let twin = python_folder.join("twin.py");
    fs::write(&twin, python_twin(name)?)?;
    let mut python = Command::new("python3");
    python.arg(&twin).args(arguments).current_dir(&python_folder);
    let python = Process::run(python)?;
    fs::remove_file(&twin)?;

    same("standard output", rust.stdout, &python.stdout)?;
    same("the exit status", rust.status.to_string(), &python.status.to_string())?;
    same("the files that were written", files(&rust_folder)?, &files(&python_folder)?)
}

fn run_example(name: &str, arguments: &[&str], folder: &Path) -> Result<Left, Failed> {
    let mut command = child(&example(name)?);
    command.args(arguments).current_dir(folder);
    let left = Process::run(command)?;
    if left.succeeded() { Ok(left) } else { Err(format!("{left:#?}").into()) }
}
