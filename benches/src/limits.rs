//! What the figures may be at most: `limits.tsv`.

use std::fs;

use crate::figure::{Figure, is_counted};
use crate::number::number;
use crate::package::{Result, folder};

/// How much more a figure may be. The place of the checkout changes instructions by up to 3 %, and on a busy machine
/// times differ by some percent, even if they are measured side by side.
fn tolerance(unit: &str) -> f64 {
    match unit {
        "bytes" => 1.0,
        "instructions" => 1.03,
        _ => 1.1,
    }
}

pub struct Limits(Vec<Limit>);

/// The most that one figure may be.
pub struct Limit {
    what: String,
    unit: String,
    peer: String,
    pub at_most: AtMost,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum AtMost {
    /// So many times the peer's.
    Ratio(f64),
    /// So much, whatever the peer's is.
    Ours(f64),
}

impl Limits {
    pub fn read() -> Result<Self> {
        let text = fs::read_to_string(folder().join("limits.tsv"))?;
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let limits = lines.map(|line| Limit::from_line(line).ok_or_else(|| format!("not a limit: {line}").into()));
        Ok(Self(limits.collect::<Result<_>>()?))
    }

    /// Without those of times.
    pub fn counted(self) -> Self {
        Self(self.0.into_iter().filter(|limit| is_counted(&limit.unit)).collect())
    }

    pub fn of(&self, figure: &Figure) -> Option<&Limit> {
        self.0.iter().find(|limit| limit.is_of(figure))
    }

    /// Says which figures are beyond their limits.
    pub fn exceeded(&self, figures: &[Figure]) -> Vec<String> {
        figures.iter().filter_map(|figure| self.of(figure)?.exceeded(figure)).collect()
    }

    /// Says which limits are those of no figure: of one whose name has changed, say.
    pub fn without_figure(&self, figures: &[Figure]) -> Vec<String> {
        let unused = self.0.iter().filter(|limit| !figures.iter().any(|figure| limit.is_of(figure)));
        unused.map(|limit| format!("{}, {}: in limits.tsv, but not measured", limit.what, limit.peer)).collect()
    }
}

impl Limit {
    fn from_line(line: &str) -> Option<Self> {
        let [what, unit, peer, at_most] = line.split('\t').collect::<Vec<_>>()[..] else { return None };
        let at_most = match at_most.strip_suffix(" ×") {
            Some(ratio) => AtMost::Ratio(ratio.parse().ok()?),
            None => AtMost::Ours(at_most.parse().ok()?),
        };
        Some(Self { what: what.into(), unit: unit.into(), peer: peer.into(), at_most })
    }

    fn is_of(&self, figure: &Figure) -> bool {
        (&self.what, &self.unit, &self.peer) == (&figure.what, &figure.unit, &figure.peer)
    }

    fn exceeded(&self, figure: &Figure) -> Option<String> {
        let Figure { what, unit, peer, ours, .. } = figure;
        let tolerance = tolerance(unit);
        match self.at_most {
            AtMost::Ratio(most) if figure.ratio() > most * tolerance => {
                Some(format!("{what}: {:.2} × {peer}, not {most:.2} × at most", figure.ratio()))
            }
            AtMost::Ours(most) if *ours > most * tolerance => {
                Some(format!("{what}: {} {unit}, not {} at most", number(*ours), number(most)))
            }
            AtMost::Ratio(_) | AtMost::Ours(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Comparison;

    fn limits(lines: &[&str]) -> Limits {
        Limits(lines.iter().map(|line| Limit::from_line(line).expect("it is a limit")).collect())
    }

    fn figure(unit: &str, ours: f64) -> Figure {
        Figure::new("run", unit, Comparison::Of, ours, "C", 100.0)
    }

    #[test]
    fn all_limits_can_be_read() {
        assert!(!Limits::read().expect("limits.tsv can be read").0.is_empty());
    }

    #[test]
    fn only_bytes_have_no_tolerance() {
        let limits = limits(&["run\tbytes\tC\t200", "run\tinstructions\tC\t2.0 ×", "run\tms\tC\t2.0 ×"]);
        let exceeded = |unit, ours| limits.exceeded(&[figure(unit, ours)]);
        assert!(exceeded("bytes", 200.0).is_empty());
        assert_eq!(exceeded("bytes", 201.0), ["run: 201 bytes, not 200 at most"]);
        assert!(exceeded("instructions", 205.0).is_empty());
        assert_eq!(exceeded("instructions", 207.0), ["run: 2.07 × C, not 2.00 × at most"]);
        assert!(exceeded("ms", 219.0).is_empty());
        assert_eq!(exceeded("ms", 221.0), ["run: 2.21 × C, not 2.00 × at most"]);
    }

    #[test]
    fn a_limit_is_of_a_figure() {
        let limits = limits(&["run\tms\tC\t2.0 ×"]);
        assert!(limits.without_figure(&[figure("ms", 1.0)]).is_empty());
        assert_eq!(limits.without_figure(&[figure("s", 1.0)]), ["run, C: in limits.tsv, but not measured"]);
    }
}
