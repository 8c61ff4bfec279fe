//! The programs in `programs/`, built as their users would build them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::callgrind;
use crate::command::{output, run};
use crate::compiler;
use crate::package::{Result, folder};

/// The packages in `programs/`.
const PACKAGES: [&str; 5] = ["with-bare", "with-atexit", "with-ctor", "with-inventory", "with-linkme"];

/// All programs, optimised and stripped.
pub struct Programs {
    /// What was counted before, by call.
    counted: RefCell<HashMap<String, f64>>,
}

impl Programs {
    pub fn build() -> Result<Self> {
        for package in PACKAGES {
            // One at a time: built together, they would share the features of what they depend on.
            run(compiler::wrap(&mut cargo("build", &target()))?.args(["--release", "--package", package]))?;
        }
        Ok(Self { counted: RefCell::default() })
    }

    /// The size of a program's file.
    #[allow(clippy::unused_self, reason = "only who has built the programs can ask")]
    pub fn bytes(&self, name: &str) -> Result<f64> {
        Ok(fs::metadata(path(name))?.len() as f64)
    }

    /// Runs a program, `name argument…`, and returns what it prints.
    #[allow(clippy::unused_self, reason = "only who has built the programs can ask")]
    pub fn output(&self, call: &str) -> Result<String> {
        let words: Vec<&str> = call.split(' ').collect();
        output(Command::new(path(words[0])).args(&words[1..]))
    }

    /// The instructions of a program: `name argument…`.
    pub fn instructions(&self, call: &str) -> Result<f64> {
        if let Some(count) = self.counted.borrow().get(call) {
            return Ok(*count);
        }
        let words: Vec<&str> = call.split(' ').collect();
        let count = callgrind::instructions(&path(words[0]), &words[1..])? as f64;
        self.counted.borrow_mut().insert(call.to_owned(), count);
        Ok(count)
    }
}

/// Of its own, since cargo wouldn't build anew what it has built without the wrapper.
fn target() -> PathBuf {
    folder().join("target/programs")
}

fn path(name: &str) -> PathBuf {
    target().join("release").join(name)
}

/// A call of cargo for this workspace, with this folder for what it builds.
pub fn cargo(verb: &str, target: &Path) -> Command {
    let repository = folder().join("..").canonicalize().expect("this is the folder of a package");
    let home = env::home_dir().unwrap_or_default().join(".cargo");
    let home = env::var_os("CARGO_HOME").map_or(home, PathBuf::from);
    // The names of source files are part of a program, and must not depend on where they are.
    let remapped = [(repository, "/atexit"), (home, "/cargo")]
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .join("\x1f");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.arg(verb).arg("--quiet").current_dir(folder());
    cargo.arg("--target-dir").arg(target).env("CARGO_ENCODED_RUSTFLAGS", remapped);
    cargo
}
