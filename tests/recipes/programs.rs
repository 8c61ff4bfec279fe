//! The programs, built in a new project.

use std::collections::BTreeSet;
use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use atexit_test_support::{Build, Failed, Process, child, message, repository, scratch};

use crate::page::{ALL, Recipe};

/// The program of that name, to be run in that folder. Its work is as the [stand-in](STAND_IN) knows it.
pub(crate) fn program(name: &str, folder: &Path, work: &str) -> Result<Command, Failed> {
    let mut command = child(&executable(name)?);
    command.env("WORK", work).env("TMPDIR", folder).env_remove("RUST_BACKTRACE").current_dir(folder);
    Ok(command)
}

/// Starts it and waits until it is at work.
pub(crate) fn working(name: &str, folder: &Path) -> Result<Process, Failed> {
    let mut process = Process::start(program(name, folder, "wait")?)?;
    process.wait_for(WORKING)?;
    Ok(process)
}

/// What the stand-in prints when it waits for a signal.
pub(crate) const WORKING: &str = "Working.\n";

/// Stands where the page has `// …`, for the program's own work: it ends as a variable says.
const STAND_IN: &str = r#"
mod stand_in {
    pub fn work() {
        match std::env::var("WORK").as_deref() {
            Ok("exit") => std::process::exit(3),
            Ok("panic") => panic!("the end"),
            Ok("wait") => {
                println!("Working.");
                // Of a daemon, nobody sees what it prints.
                if let Ok(file) = std::env::var("WORKING") {
                    std::fs::write(file, "").unwrap();
                }
                loop {
                    std::thread::park();
                }
            }
            _ => {}
        }
    }
}
"#;

fn executable(name: &str) -> Result<PathBuf, Failed> {
    let built = BUILT.as_ref().map_err(Clone::clone)?;
    let is_it = |path: &&PathBuf| {
        let file = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let Some(stem) = file.strip_suffix(EXE_SUFFIX) else { return false };
        // A test's file has a hash, too.
        stem == name || stem.strip_prefix(name).is_some_and(|hash| hash.starts_with('-')) && !file.contains('.')
    };
    Ok(built.iter().find(is_it).ok_or_else(|| format!("no {name} among {built:#?}"))?.clone())
}

static BUILT: LazyLock<Result<Vec<PathBuf>, String>> = LazyLock::new(|| build().map_err(message));

fn build() -> Result<Vec<PathBuf>, Failed> {
    let folder = scratch("recipes");
    let mut manifest = format!(
        r#"[package]
name = "recipes"
edition = "2024"
autobins = false
autotests = false

[lints.rust]
warnings = "deny"

[workspace]

[dependencies]
atexit = {{ path = '{}', features = ["signals"] }}
"#,
        repository().display()
    );
    let mut added = BTreeSet::new();
    let mut targets = String::new();
    for recipe in &ALL {
        for addition in recipe.additions()? {
            added.extend(dependencies(&addition)?);
        }
        let (name, has_tests) = (recipe.name, recipe.is_test()?);
        let kind = if has_tests { "test" } else { "bin" };
        fs::write(folder.join(format!("{name}.rs")), source(recipe)?)?;
        write!(targets, "\n[[{kind}]]\nname = '{name}'\npath = '{name}.rs'\ntest = {has_tests}\n")?;
    }
    manifest.extend(added);
    manifest += &targets;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    // From the network, as a user: the repository's own programs don't need all that these do. Versions that are in
    // its `Cargo.lock` are those.
    Build::of(folder, &["--bins", "--tests"]).env("CARGO_NET_OFFLINE", "false").run()
}

/// The program as shown, with something to do.
fn source(recipe: &Recipe) -> Result<String, Failed> {
    let mut source = String::new();
    let program = recipe.program()?;
    for line in program.lines() {
        let is_work = line.trim_start().starts_with("// …");
        source += if is_work { "    stand_in::work();" } else { line };
        source.push('\n');
    }
    if program.contains("// …") {
        source += STAND_IN;
    }
    // So many that some are still to be written when the program ends.
    source =
        source.replace("tracing::info!(\"the first line\")", "(1..=5_000).for_each(|line| tracing::info!(\"{line}\"))");
    // Far longer than any request of a test takes, on however busy a machine.
    source = source.replace("from_secs(4)", "from_secs(600)").replace("from_secs(8)", "from_secs(600)");
    // Where no other test nor program is.
    source = source.replace("127.0.0.1:8080", "127.0.0.1:0");
    Ok(source.replace("\"/run/demo.pid\"", "std::env::var(\"PID_FILE\").unwrap()"))
}

/// The lines in the manifest for what `cargo add` adds when it is called so, as in `axum` and `tokio --features full`.
fn dependencies(addition: &str) -> Result<Vec<String>, Failed> {
    let (crates, features) = addition.split_once(" --features ").unwrap_or((addition, ""));
    if features.contains(' ') || crates.contains("--") || features.is_empty() == addition.contains("--features") {
        return Err(format!("this isn't understood: cargo add {addition}").into());
    }
    let features: Vec<&str> = features.split(',').filter(|feature| !feature.is_empty()).collect();
    Ok(crates.split(' ').map(|name| format!("{name} = {{ version = '*', features = {features:?} }}\n")).collect())
}
