//! The page, taken apart.

use std::sync::LazyLock;

use atexit_test_support::{SIGINT, SIGTERM, Status};

const PAGE: &str = include_str!("../../src/guide/from_python.md");

/// The sections of the page. They have to be of one form.
pub(crate) static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    let sections = PAGE.split("\n## ").skip(1).map(section);
    sections.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}"))
});

/// A section: a program in both languages, and what the page says of it.
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) python: Program,
    pub(crate) rust: Program,
    /// What is reported in Rust.
    pub(crate) reports: String,
}

pub(crate) struct Program {
    pub(crate) code: String,
    pub(crate) outcome: Outcome,
}

/// What becomes of a program.
#[derive(Clone, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) stdout: String,
    pub(crate) status: Status,
    /// The signal that it is sent when it has printed its first line.
    pub(crate) signal: Option<i32>,
}

impl Section {
    /// The anchor that rustdoc gives it.
    pub(crate) fn anchor(&self) -> String {
        let kept = self.title.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
    }

    /// What the tests and programs of it are called.
    pub(crate) fn name(&self) -> String {
        self.anchor().replace('-', "_")
    }

    /// Whether its programs run on this platform.
    pub(crate) fn runs_here(&self) -> bool {
        cfg!(unix) || !self.title.ends_with(", on Unix")
    }
}

/// The links in the table, a line each.
pub(crate) fn links() -> String {
    let links = PAGE.lines().filter_map(|line| line.strip_prefix("| [")?.split_once(") | "));
    links.map(|(link, _)| format!("[{link})\n")).collect()
}

/// A part of a section.
enum Part {
    Python(String),
    Rust(String),
    Both(Outcome),
    InPython(Outcome),
    InRust(Outcome),
    Reports(String),
}

fn section(text: &str) -> Result<Section, String> {
    use Part::{Both, InPython, InRust, Python, Reports, Rust};

    let title = text.lines().next().unwrap_or_default().to_owned();
    let parts = parts(text).map_err(|lead| format!("{title}: this isn't understood: {lead}"))?;
    let section = |python: &str, in_python: &Outcome, rust: &str, in_rust: &Outcome, reports: &str| Section {
        title: title.clone(),
        python: Program { code: python.to_owned(), outcome: in_python.clone() },
        rust: Program { code: rust.to_owned(), outcome: in_rust.clone() },
        reports: reports.to_owned(),
    };
    match &parts[..] {
        [Python(python), Rust(rust), Both(both)] => Ok(section(python, both, rust, both, "")),
        [Python(python), Rust(rust), Both(both), Reports(reports)] => Ok(section(python, both, rust, both, reports)),
        [Python(python), Rust(rust), InPython(in_python), InRust(in_rust)] if in_python != in_rust => {
            Ok(section(python, in_python, rust, in_rust, ""))
        }
        _ => Err(format!("{title}: Python, Rust and what both print should follow, or what each of them prints")),
    }
}

/// The parts of a section; or the line above a block, if that line doesn't say what the block is.
fn parts(text: &str) -> Result<Vec<Part>, &str> {
    let mut parts = Vec::new();
    let mut lead = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let code = lines.by_ref().take_while(|line| *line != "```");
            parts.push(part(language, lead, code).ok_or(lead)?);
        } else if !line.is_empty() {
            lead = line;
        }
    }
    Ok(parts)
}

fn part<'a>(language: &str, lead: &str, code: impl Iterator<Item = &'a str>) -> Option<Part> {
    let code = code.map(|line| format!("{line}\n"));
    match language.split(',').next()? {
        "python" => Some(Part::Python(code.collect())),
        // What rustdoc hides is there for the tests of the documentation alone.
        "rust" => Some(Part::Rust(code.filter(|line| !line.starts_with("# ")).collect())),
        "text" if lead.ends_with("Rust reports on standard error:") => Some(Part::Reports(code.collect())),
        "text" => outcome(lead, code.collect()),
        _ => None,
    }
}

/// Reads lines such as `At SIGTERM, Python prints, and exits with status 143:`. Without a status it is 0.
fn outcome(lead: &str, stdout: String) -> Option<Part> {
    let lead = lead.strip_suffix(':')?;
    let (signal, lead) = match lead.strip_prefix("At ").and_then(|lead| lead.split_once(", ")) {
        Some((signal, lead)) => (Some(self::signal(signal)?), lead),
        None => (None, lead),
    };
    let (what, status) = match lead.split_once(", and ") {
        Some((what, end)) => (what, status(end)?),
        None => (lead, Status::Code(0)),
    };
    let outcome = Outcome { stdout, status, signal };
    match what {
        "Both print" | "both print" => Some(Part::Both(outcome)),
        "Python prints" => Some(Part::InPython(outcome)),
        "Rust prints" => Some(Part::InRust(outcome)),
        _ => None,
    }
}

fn status(end: &str) -> Option<Status> {
    match *end.split(' ').collect::<Vec<_>>() {
        ["exit" | "exits", "with", "status", code] => Some(Status::Code(code.parse().ok()?)),
        ["die" | "dies", "by", name] => Some(Status::Signal(signal(name)?)),
        _ => None,
    }
}

fn signal(name: &str) -> Option<i32> {
    match name {
        "Ctrl-C" | "SIGINT" => Some(SIGINT),
        "SIGTERM" => Some(SIGTERM),
        _ => None,
    }
}
