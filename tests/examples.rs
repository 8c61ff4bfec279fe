//! The examples: what each prints, and that it is what the Python program prints that stands above its code.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use atexit_test_support::{Failed, PYTHON, Status, Trial, child, main as run, needs, repository, scratch};

/// What each example prints.
const OUTPUTS: [(&str, &str); 8] = [
    ("goodbye", "Program is running...\nGoodbye, world!\n"),
    ("decorator_example", "Program is running...\nGoodbye, world!\n"),
    ("lifo_example", "Program is running...\nSecond registered, runs first\nFirst registered, runs last\n"),
    ("log_handler", "Program is running...\nLog file closed.\n"),
    ("arguments", "Program is running...\nGoodbye, Walter!\nGoodbye, Donny!\nGoodbye, Donny!\n"),
    ("unregister", "Program is running...\nGoodbye, world!\n"),
    ("failures", "Program is running...\nThe others run all the same.\n"),
    (
        "mixed",
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
    let outputs = OUTPUTS.iter().map(|&(name, output)| {
        Trial::test(format!("example_{name}_prints_what_it_should"), move || prints(name, output))
    });
    let mut trials: Vec<Trial> = outputs.collect();
    trials.push(Trial::test("the_failures_example_reports_both_failures", reports_both_failures));
    let twins = OUTPUTS.iter().filter(|(name, _)| *name != "mixed").map(|&(name, _)| {
        Trial::test(format!("example_{name}_prints_what_python_prints"), move || equals_python(name))
    });
    trials.extend(needs(&PYTHON, twins.collect()));
    run(Vec::new(), trials)
}

fn prints(name: &str, expected: &str) -> Result<(), Failed> {
    let output = run_example(name, &scratch(&format!("{name}_alone")))?;
    same("standard output", text(&output.stdout), expected)
}

fn reports_both_failures() -> Result<(), Failed> {
    let output = run_example("failures", &scratch("failures_reports"))?;
    let stderr = text(&output.stderr);
    let reports: Vec<&str> = stderr.lines().filter(|line| line.starts_with("atexit: ")).collect();
    let [divide, save] = reports[..] else { return Err(format!("two reports are expected in\n{stderr}").into()) };
    let file = Path::new("examples").join("failures.rs");
    let line = |call: &str| -> usize {
        let source = fs::read_to_string(repository().join(&file)).unwrap();
        1 + source.lines().position(|line| line.contains(call)).unwrap()
    };
    let (file, at) = (file.display(), line("atexit::register(divide)"));
    same("the report", divide, &format!("atexit: handler failures::divide ({file}:{at}) panicked"))?;
    let start = format!("atexit: handler failures::save ({file}:{}) failed: Os {{", line("atexit::register(save)"));
    if save.starts_with(&start) { Ok(()) } else { Err(format!("{save}\nshould start with\n{start}").into()) }
}

/// Runs the example and its Python twin, each in a folder of its own, and compares all that they leave.
fn equals_python(name: &str) -> Result<(), Failed> {
    let (rust_folder, python_folder) = (scratch(&format!("{name}_rust")), scratch(&format!("{name}_python")));
    let rust = run_example(name, &rust_folder)?;
    let twin = python_folder.join("twin.py");
    fs::write(&twin, python_twin(name)?)?;
    let python = Command::new("python3").arg(&twin).current_dir(&python_folder).output()?;
    fs::remove_file(&twin)?;

    same("standard output", text(&rust.stdout), &text(&python.stdout))?;
    same("the exit status", Status::of(rust.status).to_string(), &Status::of(python.status).to_string())?;
    same("the files that were written", files(&rust_folder)?, &files(&python_folder)?)
}

/// The Python program in the example's own documentation.
fn python_twin(name: &str) -> Result<String, Failed> {
    let source = fs::read_to_string(repository().join("examples").join(name).with_extension("rs"))?;
    let documentation: Vec<&str> = source.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let documentation = documentation.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let code: Vec<&str> =
        documentation.skip_while(|line| *line != "```python").skip(1).take_while(|line| *line != "```").collect();
    if code.is_empty() { Err(format!("{name} shows no Python program").into()) } else { Ok(code.join("\n") + "\n") }
}

fn run_example(name: &str, folder: &Path) -> Result<Output, Failed> {
    let output = child(&example(name)?).current_dir(folder).output()?;
    if output.status.success() { Ok(output) } else { Err(format!("{output:?}").into()) }
}

/// The example's executable, built by cargo if need be.
fn example(name: &str) -> Result<PathBuf, Failed> {
    let binary = env::current_exe()?;
    let folder = binary.ancestors().nth(2).ok_or("the test binary is in a folder of cargo's")?;
    // Where the tests are built for another platform, the examples were built with them.
    if env::var_os("CROSS_CHILD_RUNNER").is_none() {
        let profile = match folder.file_name().and_then(|name| name.to_str()) {
            Some("debug") | None => "dev",
            Some(profile) => profile,
        };
        let cargo = env::var_os("CARGO").ok_or("run by cargo")?;
        let build = Command::new(cargo)
            .args(["build", "--quiet", "--package", "atexit", "--example", name, "--profile", profile])
            .current_dir(repository())
            .output()?;
        if !build.status.success() {
            return Err(text(&build.stderr).into());
        }
    }
    Ok(folder.join("examples").join(format!("{name}{EXE_SUFFIX}")))
}

/// The names and contents of the files in a folder.
fn files(folder: &Path) -> Result<String, Failed> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        files.push(format!("{:?}: {}", path.file_name(), text(&fs::read(&path)?)));
    }
    files.sort();
    Ok(files.join("\n"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

fn same(what: &str, found: impl AsRef<str>, expected: &str) -> Result<(), Failed> {
    let found = found.as_ref();
    if found == expected {
        return Ok(());
    }
    Err(format!("{what} should be\n{expected}\nbut is\n{found}").into())
}
