//! The exact figures that are committed, `figures.tsv`, and what has grown since.

use std::fs;
use std::path::{Path, PathBuf};

use crate::figure::Figure;
use crate::number::number;
use crate::package::{Result, folder};

/// The file with the exact figures.
pub fn file() -> PathBuf {
    folder().join("figures.tsv")
}

/// What `figures.tsv` holds.
pub struct Recorded {
    /// With which the figures were measured.
    pub toolchain: String,
    pub figures: Vec<Figure>,
}

impl Recorded {
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)?;
        let mut lines = text.lines();
        let toolchain =
            lines.next().and_then(|line| line.strip_prefix("# ")).ok_or("the first line names no toolchain")?;
        let figures = lines.map(|line| Figure::from_line(line).ok_or_else(|| format!("not a figure: {line}").into()));
        Ok(Self { toolchain: toolchain.to_owned(), figures: figures.collect::<Result<_>>()? })
    }

    pub fn write(&self, file: &Path) -> Result<()> {
        let lines = self.figures.iter().map(Figure::line);
        let lines: Vec<_> = [format!("# {}", self.toolchain)].into_iter().chain(lines).collect();
        Ok(fs::write(file, lines.join("\n") + "\n")?)
    }

    /// Says which of our figures have grown, and which have fallen, by more than they may.
    pub fn compare(&self, now: &[Figure]) -> (Vec<String>, Vec<String>) {
        const TOLERANCE: f64 = 0.05;
        let (mut grown, mut fallen) = (Vec::new(), Vec::new());
        for new in now {
            let Some(old) = self.figures.iter().find(|old| (&old.what, &old.unit) == (&new.what, &new.unit)) else {
                grown.push(format!("{}: not in figures.tsv, `--write` records it", new.what));
                continue;
            };
            let allowed = (old.ours.abs() * TOLERANCE).max(old.jitter());
            let change = || {
                let (from, to) = (number(old.ours), number(new.ours));
                let percent = (new.ours / old.ours - 1.0) * 100.0;
                format!("{}: from {from} to {to} {}, {percent:+.1} %", new.what, new.unit)
            };
            if new.ours > old.ours + allowed {
                grown.push(change());
            } else if new.ours < old.ours - allowed {
                fallen.push(change());
            }
        }
        // What has several peers is told once.
        grown.dedup();
        fallen.dedup();
        (grown, fallen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Comparison;

    fn figure(ours: f64) -> Figure {
        Figure::new("run a function", "instructions", Comparison::Of, ours, "C's exit", 40.0)
    }

    #[test]
    fn growth_is_told_from_what_to_what() {
        let recorded = Recorded { toolchain: String::new(), figures: vec![figure(1000.0)] };
        let compare = |ours| recorded.compare(&[figure(ours)]);
        assert_eq!(compare(1050.0), (vec![], vec![]));
        assert_eq!(compare(1051.0).0, ["run a function: from 1,000 to 1,051 instructions, +5.1 %"]);
        assert_eq!(compare(900.0).1, ["run a function: from 1,000 to 900 instructions, -10.0 %"]);
    }

    #[test]
    fn what_the_dynamic_linker_adds_may_change_by_a_part_of_the_whole() {
        let added = |ours, unit| Figure::new("unused", unit, Comparison::AddedTo, ours, "without", 100_000.0);
        let grows = |ours, unit| {
            let recorded = Recorded { toolchain: String::new(), figures: vec![added(1000.0, unit)] };
            !recorded.compare(&[added(ours, unit)]).0.is_empty()
        };
        assert!(!grows(2000.0, "instructions") && grows(2001.0, "instructions"));
        assert!(!grows(1050.0, "bytes") && grows(1051.0, "bytes"));
    }
}
