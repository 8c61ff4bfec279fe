//! Comparing what programs leave.

use std::fs;
use std::io;
use std::path::Path;

use libtest_mimic::Failed;

/// What a program printed.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    // On Windows, C's streams and Python's end lines with two characters.
    if cfg!(windows) { text.replace("\r\n", "\n") } else { text.into_owned() }
}

/// A report of ours without the times in it, which say how long a handler has been running.
#[must_use]
pub fn without_times(report: &str) -> String {
    report.lines().map(|line| line.split(" after ").next().unwrap_or(line).to_owned() + "\n").collect()
}

/// The lines of a report, with `N` for each number, and every time in milliseconds. On Windows, the path of a file may
/// have backslashes.
#[must_use]
pub fn without_numbers(report: &str) -> Vec<String> {
    let without_numbers = |line: &str| {
        let mut result = String::new();
        for character in line.replace('\\', "/").chars() {
            match character {
                '0'..='9' | '.' if result.ends_with('N') => {}
                '0'..='9' => result.push('N'),
                _ => result.push(character),
            }
        }
        result.replace("Nns", "Nms").replace("Nµs", "Nms").replace("Ns", "Nms")
    };
    report.lines().map(without_numbers).collect()
}

/// What a program wrote to standard error, without the line that qemu adds when a signal ends one and dumps its memory.
pub(crate) fn errors(bytes: &[u8]) -> String {
    let text = text(bytes);
    text.split_inclusive('\n').filter(|line| !line.starts_with("qemu: uncaught target signal ")).collect()
}

/// The names and contents of the files in a folder, in the order of their names.
///
/// # Errors
///
/// If it can't be read.
pub fn files(folder: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.push(format!("{name}:\n{}", text(&fs::read(&path)?)));
    }
    files.sort();
    Ok(files.concat())
}

/// The names of what is in a folder, in order.
///
/// # Errors
///
/// If it can't be read.
pub fn names(folder: &Path) -> io::Result<String> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<String>>>()?;
    names.sort();
    Ok(names.join(" "))
}

/// Checks that what was found is what is expected.
///
/// # Errors
///
/// If not: it says what it is about, and shows both.
pub fn same(what: &str, found: impl AsRef<str>, expected: &str) -> Result<(), Failed> {
    let found = found.as_ref();
    if found == expected {
        return Ok(());
    }
    Err(format!("{what} should be\n{expected}\nbut is\n{found}").into())
}

/// What a failure says, for those that more than one test has.
#[allow(clippy::needless_pass_by_value, reason = "as `map_err` passes it")]
#[must_use]
pub fn message(failure: Failed) -> String {
    failure.message().unwrap_or("it failed").to_owned()
}
