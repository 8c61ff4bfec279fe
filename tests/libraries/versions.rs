//! Two versions of the crate in one program: two runtimes, which know nothing of each other, and one order.
//!
//! The other version is a copy of this one with another number. The program is `two_versions` in the fixture: of the
//! digits, odd ones are annotated functions of the new version and even ones of the old.

use std::fs;
use std::io;
use std::path::Path;

use atexit_test_support::{Build, Failed, Process, Status, Trial, fixture, repository, scratch};

use crate::programs::{Program, ends, leaves, start, text};

/// What is promised, the program's name for it, what it leaves before the annotated functions, which of these there
/// are, and the status.
const PROGRAMS: &[(&str, &str, &str, &str, i32)] = &[
    ("registrations_of_two_versions_keep_one_order", "returns", "edcba", "31 42", 0),
    ("to_unregister_in_one_version_leaves_the_other", "unregisters", "31 eb", "3 42", 0),
    ("run_of_one_version_leaves_the_other", "runs", "dca31 eb", "42", 0),
    #[cfg(target_env = "gnu")]
    ("what_a_handler_registers_with_the_other_version_runs_next", "registers_by_the_other", "e()fdcba", "31 42", 0),
    #[cfg(target_env = "gnu")]
    ("exit_of_the_other_version_in_a_handler_runs_the_rest", "exits_by_the_other", "edcba", "31 42", 5),
    // Elsewhere what comes late has no slot of its own: the next one of that version has it.
    #[cfg(not(target_env = "gnu"))]
    ("what_a_handler_registers_with_the_other_version_runs", "registers_by_the_other", "e()dcfba", "31 42", 0),
    // Nor can C's `exit` be called again, so that it ends the process without the other version's handlers.
    #[cfg(not(target_env = "gnu"))]
    ("exit_of_the_other_version_in_a_handler_runs_what_is_its_own", "exits_by_the_other", "eb", "42", 5),
];

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |&(promise, name, letters, annotated, status)| {
        Trial::test(promise, move || prints(name, letters, annotated, status))
    };
    let signal = Trial::test("a_signal_ends_the_process_when_the_handlers_of_both_versions_have_run", || {
        let mut command = start(&TWO_VERSIONS)?;
        command.arg("signalled");
        ends(command, "dca31 b42", Status::Signal(libc::SIGTERM), str::is_empty)
    });
    PROGRAMS.iter().map(trial).chain([signal]).collect()
}

/// Which version's annotated functions come first is for the linker to say, since each version has one slot for all.
fn prints(name: &str, letters: &str, annotated: &str, status: i32) -> Result<(), Failed> {
    let program = || {
        let mut command = start(&TWO_VERSIONS)?;
        command.arg(name);
        Ok::<_, Failed>(command)
    };
    let (one, other) = annotated.split_once(' ').unwrap_or((annotated, ""));
    let found = Process::run(program()?)?;
    let other_way_round = format!("{letters}{other}{one}");
    if found.stdout == other_way_round && found.status == Status::Code(status) {
        return Ok(());
    }
    leaves(program()?, &format!("{letters}{one}{other}"), status)
}

static TWO_VERSIONS: Program = Program::new(|| {
    let folder = scratch("two_versions");
    copy_as_old_version(&repository(), &folder.join("old")).map_err(|error| error.to_string())?;
    // By its name it shares cargo's build folder with the fixture, and so what both are made of.
    let program = folder.join("libraries");
    fs::create_dir(&program).map_err(|error| error.to_string())?;
    fs::write(program.join("Cargo.toml"), manifest()).map_err(|error| error.to_string())?;
    Build::of(program, &[]).executable("two_versions").map_err(text)
});

fn manifest() -> String {
    let main = fixture("libraries").join("two_versions/main.rs");
    format!(
        r#"
[package]
name = "two_versions"
edition = "2024"
publish = false

[[bin]]
name = "two_versions"
path = '{main}'

[dependencies]
new = {{ package = "atexit", path = '{new}', features = ["signals"] }}
old = {{ package = "atexit", path = "../old", features = ["signals"] }}

[workspace]
"#,
        main = main.display(),
        new = repository().display(),
    )
}

/// Copies the crates, with an older version's number wherever theirs stands.
fn copy_as_old_version(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let to = to.join(&name);
        if entry.is_dir() {
            // The fixtures are workspaces of their own, and build output is large.
            if !["target", "fixtures"].iter().any(|&not| name == not) && !name.to_string_lossy().starts_with('.') {
                copy_as_old_version(&entry, &to)?;
            }
        } else if name == "Cargo.toml" {
            let (version, old) = (env!("CARGO_PKG_VERSION"), "0.0.1");
            let manifest = fs::read_to_string(&entry)?;
            let manifest = manifest.replace(&format!("\"{version}\""), &format!("\"{old}\""));
            fs::write(to, manifest.replace(&format!("\"={version}\""), &format!("\"={old}\"")))?;
        } else {
            fs::copy(entry, to)?;
        }
    }
    Ok(())
}
