//! Measures what `atexit` costs, beside its peers, and prints it as a table. `benches/README.md` says how.

mod callgrind;
mod exact;
mod figures;
mod picture;
mod programs;
mod table;
mod times;
mod toolchain;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use figures::Recorded;
use programs::Programs;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "usage: costs [--exact | --check | --write | --picture]

without an option  measures everything and prints the table
--exact            leaves out the times
--check            fails if an exact figure has grown by more than 5 % over `figures.tsv`
--write            measures the exact figures, and writes `figures.tsv` and `costs.svg`
--picture          makes `costs.svg` of `figures.tsv`";

/// If this is set, a check that would be skipped fails.
const MUST_RUN: &str = "ATEXIT_TESTS_MUST_RUN";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => print(true),
        ["--exact"] => print(false),
        ["--check"] => check(),
        ["--write"] => write(),
        ["--picture"] => draw(),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of this package.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The file with the exact figures that are committed.
fn recorded() -> PathBuf {
    folder().join("figures.tsv")
}

fn print(and_times: bool) -> Result<()> {
    let mut all = exact::measure(&Programs::build()?)?;
    if and_times {
        all.extend(times::measure()?);
    }
    println!("{}\n\n{}", toolchain::version()?, table::of(&all));
    Ok(())
}

fn write() -> Result<()> {
    let figures = exact::measure(&Programs::build()?)?;
    println!("{}", table::of(&figures));
    Recorded { toolchain: toolchain::version()?, figures }.write(&recorded())?;
    draw()
}

fn draw() -> Result<()> {
    let picture = picture::of(&Recorded::read(&recorded())?.figures);
    Ok(fs::write(folder().join("costs.svg"), picture)?)
}

fn check() -> Result<()> {
    let recorded = Recorded::read(&recorded())?;
    if let Some(reason) = reason_to_skip(&recorded)? {
        if env::var_os(MUST_RUN).is_some() {
            return Err(format!("the costs may not go unchecked, but {reason}").into());
        }
        eprintln!("SKIPPED costs: {reason}");
        return Ok(());
    }
    let now = exact::measure(&Programs::build()?)?;
    println!("{}", table::of(&now));
    let (grown, fallen) = recorded.compare(&now);
    for line in fallen {
        println!("{line}: `--write` records it");
    }
    if grown.is_empty() { Ok(()) } else { Err(format!("costs have grown:\n{}", grown.join("\n")).into()) }
}

fn reason_to_skip(recorded: &Recorded) -> Result<Option<String>> {
    if !callgrind::is_here() {
        return Ok(Some("valgrind is not available on this machine".to_owned()));
    }
    let here = toolchain::version()?;
    let is_same = here == recorded.toolchain;
    Ok((!is_same).then(|| format!("the figures are those of {}, and this is {here}", recorded.toolchain)))
}
