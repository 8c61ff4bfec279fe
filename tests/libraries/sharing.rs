//! A plugin that shares the runtime with the program (a `dylib` of Rust, built with `-C prefer-dynamic`) stays loaded
//! when it is closed: its handlers run at exit, in order.
//!
//! They are in the fixture `plugins`, whose program says what brackets mean. `a` and `b` are handlers of the program,
//! older and newer than those of the plugin, and `9` is its annotated function, as `1` is the plugin's. A capital
//! letter is the end of what a closure held.

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use atexit_test_support::{Build, Failed, PLATFORM, SIGTERM, Status, Trial, child, times_here};

use crate::programs::{ends, text};

/// What the plugin does, and what is left.
const ROWS: &[(&str, &str)] = &[
    ("is_annotated", "()|ba91"),
    ("registers", "()|bqQpa9"),
    ("registers_a_pointer", "()|bfa9"),
    ("registers_for_a_thread", "()|buUta9"),
    ("sets_the_hook", "()|b!a9"),
    ("sets_a_pointer_as_the_hook", "()|b!a9"),
    ("sets_the_deadline", "()|ba9"),
    ("has_a_lazy", "()|ba9"),
    ("guards", "()|bgGa9"),
    ("guards_and_drops", "()gG|ba9"),
    ("guards_and_cancels", "()G|ba9"),
    ("is_unregistered", "()|bqQ9"),
    ("is_loaded_at_exit", "|b()qQpa9"),
];

/// How the program ends, and how often that is tried: most of what might go wrong has nothing to do with how it ends.
const ENDS: [(&str, Status, u32); 3] =
    [("returns", Status::Code(0), 100), ("exits", Status::Code(3), 10), ("is_terminated", Status::Signal(SIGTERM), 10)];

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (end, status, times) in ENDS {
        let times = times_here(times);
        let trial = |task: &'static str, letters: String| {
            Trial::test(format!("a_closed_plugin_that_{task}_when_the_program_{end}_{times}_times"), move || {
                (0..times).try_for_each(|_| ends(program(end, task)?, &letters, status, str::is_empty))
            })
        };
        trials.extend(ROWS.iter().map(|&(task, letters)| trial(task, letters.to_owned())));
        // As often as it is loaded, it registers; but it is linked only once.
        trials.extend([
            trial("is_loaded_again", format!("{}|b{}a9", "()".repeat(100), "uUt".repeat(100))),
            trial("is_annotated_and_loaded_again", format!("{}|ba91", "()".repeat(100))),
        ]);
        let name = format!("a_closed_plugin_that_fails_when_the_program_{end}");
        trials.push(Trial::test(name, move || {
            ends(program(end, "fails")?, "()|ba9", status, |stderr| {
                stderr.starts_with("atexit: handler calling::plugin_fails") && stderr.lines().count() == 1
            })
        }));
    }
    trials
}

fn program(end: &str, task: &str) -> Result<Command, Failed> {
    let plugins = PLUGINS.as_ref().map_err(Failed::from)?;
    let file = |name| plugins.libraries[0].join(name);
    let mut command = child(&plugins.program);
    command.env_remove("RUST_BACKTRACE").env("LD_LIBRARY_PATH", env::join_paths(&plugins.libraries)?);
    command.args([end, task]).arg(file("libannotated.so")).arg(file("libcalling.so"));
    Ok(command)
}

struct Plugins {
    program: PathBuf,
    /// Where the libraries are; that of the standard library where cargo builds it, too; and where rustc has it.
    libraries: [PathBuf; 3],
}

static PLUGINS: LazyLock<Result<Plugins, String>> = LazyLock::new(|| Plugins::build().map_err(text));

impl Plugins {
    fn build() -> Result<Self, Failed> {
        let build = Build::new("plugins", &[]).env("RUSTFLAGS", "-C prefer-dynamic");
        let program = build.executable("program")?;
        let folder = program.parent().ok_or("it is in a folder")?.to_owned();
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["--print", "target-libdir"]);
        if let Some(platform) = PLATFORM {
            rustc.args(["--target", platform]);
        }
        let std = PathBuf::from(String::from_utf8(rustc.output()?.stdout)?.trim_end());
        let libraries = [folder.clone(), folder.join("deps"), std];
        Ok(Self { program, libraries })
    }
}
