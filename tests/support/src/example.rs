//! The programs under `examples`.

use std::env::{self, consts::EXE_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::compare::text;
use crate::fixture::repository;

/// May hold the folder of the examples as built for a platform where no process starts another.
const EXAMPLES: &str = "ATEXIT_TEST_EXAMPLES";

/// The example's executable, built by cargo if need be.
///
/// # Errors
///
/// What the compiler wrote, if it doesn't build.
pub fn example(name: &str) -> Result<PathBuf, Failed> {
    if let Some(folder) = env::var_os(EXAMPLES) {
        return Ok(Path::new(&folder).join(name).with_extension("wasm"));
    }
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
            .args(["build", "--quiet", "--package", "atexit", "--all-features"])
            .args(["--example", name, "--profile", profile])
            .current_dir(repository())
            .output()?;
        if !build.status.success() {
            return Err(text(&build.stderr).into());
        }
    }
    Ok(folder.join("examples").join(format!("{name}{EXE_SUFFIX}")))
}

/// The Python program in the example's own documentation.
///
/// # Errors
///
/// If it shows none.
pub fn python_twin(name: &str) -> Result<String, Failed> {
    let source = fs::read_to_string(repository().join(example_source(name)))?;
    let documentation: Vec<&str> = source.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let documentation = documentation.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let code: Vec<&str> =
        documentation.skip_while(|line| *line != "```python").skip(1).take_while(|line| *line != "```").collect();
    if code.is_empty() { Err(format!("{name} shows no Python program").into()) } else { Ok(code.join("\n") + "\n") }
}

/// The first place in the example's source that holds `code`, as it stands in a report: `file:line`.
///
/// # Errors
///
/// If there is none.
pub fn place_in_example(name: &str, code: &str) -> Result<String, Failed> {
    let file = example_source(name);
    let source = fs::read_to_string(repository().join(&file))?;
    let line = source.lines().position(|line| line.contains(code)).ok_or_else(|| format!("{name} has no {code}"))?;
    Ok(format!("{file}:{}", line + 1))
}

/// The block of plain text in a page of documentation that holds `text`, which is what a program printed. The page is
/// seen from the repository.
///
/// # Errors
///
/// If there is none.
pub fn shown_in(page: &str, text: &str) -> Result<String, Failed> {
    let page_text = fs::read_to_string(repository().join(page))?;
    let mut blocks = page_text.split("```text\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0));
    let shown = blocks.find(|block| block.contains(text));
    shown.map(str::to_owned).ok_or_else(|| format!("{page} shows no {text}").into())
}

/// Its file, or the main file of its package, seen from the repository.
fn example_source(name: &str) -> String {
    let file = format!("examples/{name}.rs");
    if repository().join(&file).exists() { file } else { format!("examples/{name}/src/main.rs") }
}
