//! Times that are compared: what is compared takes turns, in several rounds.

use std::collections::HashMap;

use crate::figure::{Comparison, Figure};
use crate::package::Result;

/// What took how long, by name.
pub type Round = Vec<(String, f64)>;

/// What is measured together, and the figures that come of it.
pub struct Group<'a> {
    /// How many rounds are measured at once.
    rounds: usize,
    /// Measures everything once.
    round: Box<dyn Fn() -> Result<Round> + 'a>,
    figures: fn(&Samples) -> Option<Vec<Figure>>,
    samples: Samples,
}

/// What was measured in all rounds, by name.
#[derive(Default)]
pub struct Samples(HashMap<String, Vec<f64>>);

impl<'a> Group<'a> {
    pub fn new(
        rounds: usize,
        round: impl Fn() -> Result<Round> + 'a,
        figures: fn(&Samples) -> Option<Vec<Figure>>,
    ) -> Self {
        Self { rounds, round: Box::new(round), figures, samples: Samples::default() }
    }

    /// Measures more rounds. Returns the figures of all rounds since the first.
    pub fn measure(&mut self) -> Result<Vec<Figure>> {
        for _ in 0..self.rounds {
            for (name, time) in (self.round)()? {
                self.samples.0.entry(name).or_default().push(time);
            }
        }
        (self.figures)(&self.samples).ok_or_else(|| format!("not all was measured, only {:?}", self.samples.0).into())
    }
}

impl Samples {
    pub fn median(&self, name: &str) -> Option<f64> {
        let mut times = self.0.get(name)?.clone();
        times.sort_by(f64::total_cmp);
        Some(times[times.len() / 2])
    }

    /// What it takes when nothing disturbs it.
    pub fn minimum(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.iter().copied().reduce(f64::min)
    }
}

pub fn figure(what: &str, ours: f64, unit: &str, peer: &str, theirs: f64) -> Figure {
    Figure::new(what, unit, Comparison::Of, ours, peer, theirs)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn more_rounds_count_together() {
        let times = Cell::new(0.0);
        let round = || {
            times.set(times.get() + 1.0);
            Ok(vec![("a".to_owned(), times.get())])
        };
        let figures = |samples: &Samples| Some(vec![figure("a", samples.median("a")?, "s", "", samples.minimum("a")?)]);
        let mut group = Group::new(3, round, figures);
        assert_eq!(group.measure().expect("it can be measured"), [figure("a", 2.0, "s", "", 1.0)]);
        assert_eq!(group.measure().expect("it can be measured"), [figure("a", 4.0, "s", "", 1.0)]);
    }
}
