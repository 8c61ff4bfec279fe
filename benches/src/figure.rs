//! A figure: a row of the table, and a line of `figures.tsv`.

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
    pub fn jitter(&self) -> f64 {
        match (self.comparison, &*self.unit) {
            (Comparison::AddedTo, "instructions") => self.theirs * 0.01,
            _ => 0.0,
        }
    }

    pub fn line(&self) -> String {
        let comparison = match self.comparison {
            Comparison::Of => "of",
            Comparison::AddedTo => "added to",
        };
        let (ours, theirs) = (format!("{:.2}", self.ours), format!("{:.2}", self.theirs));
        [&*self.what, &*ours, &*self.unit, comparison, &*self.peer, &*theirs].join("\t")
    }

    pub fn from_line(line: &str) -> Option<Self> {
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

/// Whether what has this unit is counted, and so the same at each measurement. All else is time.
pub fn is_counted(unit: &str) -> bool {
    ["instructions", "bytes"].contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_a_figure() {
        let figure = Figure::new("run a function", "instructions", Comparison::Of, 1234.5, "C's exit", 40.0);
        assert_eq!(Figure::from_line(&figure.line()), Some(figure));
    }
}
