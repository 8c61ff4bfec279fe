//! Counts the lines that the program has left.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use atexit_test_support::{End, Failed, after_each_end, child, end, main as run, same, scratch};

const LINES: u32 = 100_000;

fn main() -> ExitCode {
    run(Vec::new(), || after_each_end("no_line_is_lost", no_line_is_lost))
}

fn no_line_is_lost(how: End) -> Result<(), Failed> {
    let folder = scratch(&format!("log_lines_{}", how.name()));
    // Without the handler, the thread that writes the log is sometimes fast enough.
    (0..3).try_for_each(|_| no_line_is_lost_in(&folder, how))
}

fn no_line_is_lost_in(folder: &Path, how: End) -> Result<(), Failed> {
    let mut program = child(Path::new(env!("CARGO_BIN_EXE_log_lines")));
    program.current_dir(folder);
    end(program, "lines are logged.\n", how)?;

    let log = fs::read_to_string(folder.join("app.log"))?;
    // The time comes before each.
    let logged = log.lines().map(|line| line.rsplit("log_lines: ").next().unwrap_or_default());
    are_all_lines("the log", logged, Some("the last line"))?;

    let report = fs::read_to_string(folder.join("report.txt"))?;
    are_all_lines("the report", report.lines(), None)?;
    if report.ends_with('\n') { Ok(()) } else { Err("the report's last line should be complete".into()) }
}

/// Each line is there, in order, and then the last one.
fn are_all_lines<'a>(what: &str, mut found: impl Iterator<Item = &'a str>, last: Option<&str>) -> Result<(), Failed> {
    for expected in (1..=LINES).map(|line| format!("line {line}")).chain(last.map(str::to_owned)) {
        same(what, found.next().unwrap_or_default(), &expected)?;
    }
    same(&format!("what follows in {what}"), found.collect::<String>(), "")
}
