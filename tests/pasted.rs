//! The programs of the README and most pages of the guide as a reader pastes them: without the lines that only the
//! tests of the documentation see. Each is a binary of one new project, is built, and runs, unless it waits for the
//! reader (`no_run`).

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::LazyLock;

use atexit_test_support::{
    Build, Failed, Process, Status, Trial, child, main as run_tests, message, repository, scratch,
};

/// All but those whose programs `recipes` ends for real.
const PAGES: [&str; 7] = ["README", "endings", "from_python", "handlers", "order", "platforms", "services"];

/// With this status, Rust ends a process whose `main` has panicked.
const PANIC: i32 = 101;

/// A block of Rust in a page.
struct Block {
    /// The page and the line on which it stands.
    name: String,
    /// What a reader sees of it.
    code: String,
    runs: bool,
}

fn main() -> ExitCode {
    // No program under wine or node can start cargo.
    if cfg!(any(emulator = "wine", emulator = "node")) {
        return run_tests(Vec::new(), Vec::new);
    }
    run_tests(Vec::new(), || {
        let blocks = BLOCKS.iter().map(|block| {
            let what = if block.runs { "runs" } else { "compiles" };
            Trial::test(format!("{}_{what}_as_shown", block.name), move || paste(block))
        });
        blocks.collect()
    })
}

/// It compiles, and ends neither by a panic in `main` nor by a signal. It may return an error where a file isn't there.
fn paste(block: &Block) -> Result<(), Failed> {
    let artifacts = BUILT.as_ref().map_err(Clone::clone)?;
    let file = format!("{}{EXE_SUFFIX}", block.name);
    let executable = artifacts.iter().find(|path| path.file_name().is_some_and(|name| name == &*file));
    let executable = executable.ok_or_else(|| format!("no {file} among {artifacts:#?}"))?;
    if !block.runs {
        return Ok(());
    }
    let mut command = child(executable);
    command.env_remove("RUST_BACKTRACE").current_dir(scratch(&format!("pasted_{}", block.name)));
    let left = Process::run(command)?;
    match left.status {
        Status::Code(code) if code != PANIC => Ok(()),
        _ => Err(format!("{left:#?}").into()),
    }
}

static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(|| PAGES.iter().flat_map(|page| blocks(page)).collect());

/// The programs, each a binary of one project, with the dependencies that the pages name.
static BUILT: LazyLock<Result<Vec<PathBuf>, String>> = LazyLock::new(|| build().map_err(message));

fn build() -> Result<Vec<PathBuf>, Failed> {
    let folder = scratch("pasted");
    let mut binaries = String::new();
    for Block { name, code, .. } in BLOCKS.iter() {
        let program = if code.contains("fn main(") { code.clone() } else { format!("fn main() {{\n{code}\n}}\n") };
        fs::write(folder.join(format!("{name}.rs")), program)?;
        binaries.extend(["\n[[bin]]\nname = '", name, "'\npath = '", name, ".rs'\n"]);
    }
    let manifest = format!(
        r#"[package]
name = "pasted"
edition = "2024"

[dependencies]
atexit = {{ path = '{}', features = ["signals"] }}
libc = "0.2"
pollster = "0.4"
tokio = {{ version = "1", features = ["rt-multi-thread"] }}

[profile.dev]
debug = false
incremental = false

[workspace]
{binaries}"#,
        repository().display()
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    Build::of(folder, &["--keep-going"]).run()
}

/// Those in a page, in their order.
fn blocks(page: &str) -> Vec<Block> {
    let path = if page == "README" { "README.md".to_owned() } else { format!("src/guide/{page}.md") };
    let text = fs::read_to_string(repository().join(Path::new(&path))).expect("the page is there");
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(info) = line.strip_prefix("```rust") {
            open = true;
            let name = format!("{}_line_{number}", page.to_lowercase());
            blocks.push(Block { name, code: String::new(), runs: !info.split(',').any(|word| word == "no_run") });
        } else if line.starts_with("```") {
            open = false;
        } else if let Some(block) = blocks.last_mut().filter(|_| open)
            && let Some(line) = shown(line)
        {
            block.code += line;
            block.code.push('\n');
        }
    }
    blocks
}

/// The line as rustdoc shows it, if it does.
fn shown(line: &str) -> Option<&str> {
    let trimmed = line.trim_start();
    if trimmed == "#" || trimmed.starts_with("# ") { None } else { Some(line) }
}
