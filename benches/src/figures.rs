//! Figures: as a row of the table, and as a line of `figures.tsv`.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::table::number;

/// What something costs with `atexit`, and what it is compared with.
#[derive(Clone, PartialEq, Debug)]
pub struct Figure {
    pub what: String,
    pub unit: String,
    pub comparison: Comparison,
    pub ours: f64,
    pub peer: String,
    pub theirs: f64,
}

/// How the two are compared.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Comparison {
    /// They do the same.
    Of,
    /// Ours comes on top of the peer's.
    AddedTo,
}

impl Figure {
    pub fn new(what: &str, unit: &str, comparison: Comparison, ours: f64, peer: &str, theirs: f64) -> Self {
        Self { what: what.into(), unit: unit.into(), comparison, ours, peer: peer.into(), theirs }
    }

    /// How many times the peer's costs ours are.
    pub fn ratio(&self) -> f64 {
        match self.comparison {
            Comparison::Of => self.ours / self.theirs,
            Comparison::AddedTo => (self.theirs + self.ours) / self.theirs,
        }
    }

    /// By how much it changes though nothing of ours does. What a program takes from start to end holds the dynamic
    /// linker's work, and that changes with the hashes of the names in it: seen was up to 0.9 % of the whole.
    fn jitter(&self) -> f64 {
        match (self.comparison, &*self.unit) {
            (Comparison::AddedTo, "instructions") => self.theirs * 0.01,
            _ => 0.0,
        }
    }

    fn line(&self) -> String {
        let comparison = match self.comparison {
            Comparison::Of => "of",
            Comparison::AddedTo => "added to",
        };
        let (ours, theirs) = (format!("{:.2}", self.ours), format!("{:.2}", self.theirs));
        [&*self.what, &*ours, &*self.unit, comparison, &*self.peer, &*theirs].join("\t")
    }

    fn from_line(line: &str) -> Option<Self> {
        let [what, ours, unit, comparison, peer, theirs] = line.split('\t').collect::<Vec<_>>()[..] else {
            return None;
        };
        let comparison = match comparison {
            "of" => Comparison::Of,
            "added to" => Comparison::AddedTo,
            _ => return None,
        };
        Some(Self::new(what, unit, comparison, ours.parse().ok()?, peer, theirs.parse().ok()?))
    }
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

    fn figure(ours: f64) -> Figure {
        Figure::new("run a function", "instructions", Comparison::Of, ours, "C's exit", 40.0)
    }

    #[test]
    fn a_line_holds_a_figure() {
        let figure = figure(1234.5);
        assert_eq!(Figure::from_line(&figure.line()), Some(figure));
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
