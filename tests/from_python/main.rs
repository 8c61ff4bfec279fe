//! The guide's page for those who come from Python: each section holds a program in both languages, which is run. What
//! the page says that it prints and how it exits is compared with what it does.

mod page;
mod programs;

use std::process::ExitCode;

use atexit_test_support::{Failed, PYTHON, Trial, files, main as run, needs, same, scratch};

use crate::page::{SECTIONS, Section, links};
use crate::programs::{run_python, run_rust};

fn main() -> ExitCode {
    // No program under wine or node can start cargo.
    let has_cargo = cfg!(not(any(emulator = "wine", emulator = "node")));
    let here = move || SECTIONS.iter().filter(move |section| has_cargo && section.runs_here());
    let mut trials = vec![Trial::test("the_table_links_to_each_section", links_to_each_section)];
    trials
        .extend(here().map(|section| {
            Trial::test(format!("{}_in_rust_is_as_the_page_says", section.name()), || in_rust(section))
        }));
    let twins = here()
        .map(|section| Trial::test(format!("{}_in_python_is_as_the_page_says", section.name()), || in_python(section)));
    trials.extend(needs(&PYTHON, twins.collect()));
    run(Vec::new(), || trials)
}

fn links_to_each_section() -> Result<(), Failed> {
    let sections = SECTIONS.iter().map(|section| format!("[{}](#{})\n", section.title, section.anchor()));
    same("the table", links(), &sections.collect::<String>())
}

fn in_rust(section: &Section) -> Result<(), Failed> {
    let left = run_rust(section, &scratch(&format!("from_python_{}", section.name())))?;
    section.rust.outcome.is_of(&left)?;
    let reports = left.stderr.lines().filter(|line| line.starts_with("atexit: ")).map(|line| format!("{line}\n"));
    same("what is reported", reports.collect::<String>(), &section.reports)
}

/// Runs it in both languages, each in a folder of its own, and compares the files that are written, too.
fn in_python(section: &Section) -> Result<(), Failed> {
    let folder = |language| scratch(&format!("from_python_{}_{language}", section.name()));
    let (rust_folder, python_folder) = (folder("rust"), folder("python"));
    run_rust(section, &rust_folder)?;
    section.python.outcome.is_of(&run_python(section, &python_folder)?)?;
    same("the files that were written", files(&rust_folder)?, &files(&python_folder)?)
}
