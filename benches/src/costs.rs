//! Measures what `atexit` costs, beside its peers, and prints it as a table. `benches/README.md` says how.

mod builds;
mod callgrind;
mod command;
mod compiler;
mod cpython;
mod exact;
mod figure;
mod limits;
mod number;
mod package;
mod picture;
mod programs;
mod recorded;
mod rounds;
mod table;
mod threads;
mod times;
mod toolchain;

use std::process::ExitCode;
use std::{env, fs};

use figure::Figure;
use limits::Limits;
use package::{Result, folder};
use programs::Programs;
use recorded::Recorded;

const USAGE: &str = "usage: costs [--exact] [--check] | --write | --picture

without an option  measures everything and prints the table
--exact            leaves out the times
--check            fails if a figure is more than `limits.tsv` says, or an exact one has grown by more than 5 % over
                   `figures.tsv`
--write            measures the exact figures, and writes `figures.tsv` and `costs.svg`
--picture          makes `costs.svg` of `figures.tsv`";

/// If this is set, a check that would be skipped fails.
const MUST_RUN: &str = "ATEXIT_TESTS_MUST_RUN";

/// What is measured.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Everything,
    /// All but the times.
    Exact,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => print(What::Everything),
        ["--exact"] => print(What::Exact),
        ["--check"] => check(What::Everything),
        ["--check", "--exact"] | ["--exact", "--check"] => check(What::Exact),
        ["--write"] => write(),
        ["--picture"] => draw(),
        _ if compiler::is_called(&arguments) => compiler::call(&arguments),
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

fn print(what: What) -> Result<()> {
    let programs = Programs::build()?;
    let mut all = exact::measure(&programs)?;
    if what == What::Everything {
        all.extend(times::measure(&programs, |_| true)?);
    }
    println!("{}\n\n{}", toolchain::version()?, table::of(&all, &Limits::read()?));
    Ok(())
}

fn write() -> Result<()> {
    let figures = exact::measure(&Programs::build()?)?;
    println!("{}", table::of(&figures, &Limits::read()?));
    Recorded { toolchain: toolchain::version()?, figures }.write(&recorded::file())?;
    draw()
}

fn draw() -> Result<()> {
    let picture = picture::of(&Recorded::read(&recorded::file())?.figures);
    Ok(fs::write(folder().join("costs.svg"), picture)?)
}

fn check(what: What) -> Result<()> {
    let recorded = Recorded::read(&recorded::file())?;
    if let Some(reason) = reason_to_skip(what, &recorded)? {
        if env::var_os(MUST_RUN).is_some() {
            return Err(format!("the costs may not go unchecked, but {reason}").into());
        }
        eprintln!("SKIPPED costs: {reason}");
        return Ok(());
    }
    let programs = Programs::build()?;
    let exact = exact::measure(&programs)?;
    let (mut failed, fallen) = recorded.compare(&exact);
    let mut all = exact;
    let limits = match what {
        What::Everything => Limits::read()?,
        What::Exact => Limits::read()?.counted(),
    };
    if what == What::Everything {
        let is_good = |figures: &[Figure]| limits.exceeded(figures).is_empty();
        all.extend(times::measure(&programs, is_good)?);
    }
    println!("{}", table::of(&all, &limits));
    for line in fallen {
        println!("{line}: `--write` records it");
    }
    failed.extend(limits.exceeded(&all));
    failed.extend(limits.without_figure(&all));
    if failed.is_empty() { Ok(()) } else { Err(format!("costs are too high:\n{}", failed.join("\n")).into()) }
}

fn reason_to_skip(what: What, recorded: &Recorded) -> Result<Option<String>> {
    if !callgrind::is_here() {
        return Ok(Some("valgrind is not available on this machine".to_owned()));
    }
    if what == What::Everything && !cpython::is_here() {
        return Ok(Some("python3 is not available on this machine".to_owned()));
    }
    let here = toolchain::version()?;
    let is_same = here == recorded.toolchain;
    Ok((!is_same).then(|| format!("the figures are those of {}, and this is {here}", recorded.toolchain)))
}
