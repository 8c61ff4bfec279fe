//! The pages, taken apart: the programs that they show, as they show them.

use std::fs;
use std::path::Path;

use atexit_test_support::{Failed, repository};

pub(crate) const RECIPES: &str = "src/guide/recipes.md";
pub(crate) const TESTING: &str = "src/guide/testing.md";

/// A program of a page: its name here, the page, and the title of its section.
pub(crate) struct Recipe {
    pub(crate) name: &'static str,
    page: &'static str,
    title: &'static str,
}

/// All of them.
pub(crate) const ALL: [Recipe; 19] = [
    recipe("axum", "axum: graceful shutdown at SIGTERM"),
    recipe("tokio", "`#[tokio::main]`: the Tokio context thread-local variable has been destroyed"),
    recipe("terminal", "The terminal stays broken after a panic or Ctrl-C"),
    recipe("appender", "`tracing-appender`: the last log lines are missing"),
    recipe("child", "Child processes survive when the program is killed"),
    recipe("help", "`--help` overwrites my saved state"),
    recipe("folder", "Keep the temporary folder if the run failed"),
    recipe("locals", "`process::exit` doesn't run destructors"),
    recipe("session", "Tell the server how the session ended"),
    recipe("upload", "Upload only if all went well"),
    recipe("statics", "Statics aren't dropped"),
    recipe("mutex", "The program hangs at exit, in a handler that locks a mutex"),
    recipe("daemon", "The pid file of my daemon is gone when it has started"),
    recipe("coverage", "SIGTERM loses the coverage profile, and C's handlers don't run"),
    recipe("status", "A failed cleanup should make the exit code 1"),
    recipe("method", "How do I unregister a method?"),
    test("one_server", "One server for all tests of a binary"),
    test("all_tests", "`cargo nextest`: one server for the whole run"),
    test("removes", "How do I test that the cleanup works?"),
];

const fn recipe(name: &'static str, title: &'static str) -> Recipe {
    Recipe { name, page: RECIPES, title }
}

const fn test(name: &'static str, title: &'static str) -> Recipe {
    Recipe { name, page: TESTING, title }
}

impl Recipe {
    /// The program as the page shows it.
    pub(crate) fn program(&self) -> Result<String, Failed> {
        block(self.page, self.title, "rust")
    }

    /// What the program asks to add: what follows `cargo add`, for each time.
    pub(crate) fn additions(&self) -> Result<Vec<String>, Failed> {
        let program = self.program()?;
        let first = program.lines().next().and_then(|line| line.strip_prefix("// ")).unwrap_or_default();
        Ok(first.split("; ").filter_map(|command| command.strip_prefix("cargo add ")).map(str::to_owned).collect())
    }

    /// Whether it is a test, and not a program.
    pub(crate) fn is_test(&self) -> Result<bool, Failed> {
        Ok(self.program()?.contains("#[test]"))
    }
}

/// The first block of a language in the section of that title.
pub(crate) fn block(page: &str, title: &str, language: &str) -> Result<String, Failed> {
    let text = read(page)?;
    let section = text.split("\n## ").find_map(|section| section.strip_prefix(title)?.strip_prefix('\n'));
    let section = section.ok_or_else(|| format!("{page} has no section {title}"))?;
    let blocks = section.split("\n```").skip(1).step_by(2);
    let mut blocks = blocks.filter_map(|block| block.split_once('\n'));
    let block = blocks.find(|(header, _)| header.split(',').next() == Some(language));
    let (_, block) = block.ok_or_else(|| format!("{page} has no {language} in {title}"))?;
    // What is hidden in the documentation isn't there for who copies it.
    if block.lines().any(|line| line == "#" || line.starts_with("# ")) && language == "rust" {
        return Err(format!("{page} hides lines in {title}").into());
    }
    Ok(format!("{block}\n"))
}

/// Each program of the pages is among [`ALL`].
pub(crate) fn all_are_known() -> Result<(), Failed> {
    for page in [RECIPES, TESTING] {
        let shown = read(page)?.matches("\n```rust").count();
        let known = ALL.iter().filter(|recipe| recipe.page == page).count();
        if shown != known {
            return Err(format!("{page} shows {shown} programs, of which {known} are run").into());
        }
    }
    Ok(())
}

fn read(page: &str) -> Result<String, Failed> {
    Ok(fs::read_to_string(repository().join(Path::new(page)))?)
}
