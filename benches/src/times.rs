//! The figures that differ from one measurement to the next: times.

use crate::figure::Figure;
use crate::package::Result;
use crate::programs::Programs;
use crate::rounds::Group;
use crate::{builds, cpython, threads};

/// How often what is beyond a limit is measured: another program may have disturbed it.
const ATTEMPTS: usize = 3;

/// Measures what belongs together until it is good, or has been measured a few times.
pub fn measure(programs: &Programs, is_good: impl Fn(&[Figure]) -> bool) -> Result<Vec<Figure>> {
    let mut groups = vec![threads::group(programs), builds::from_nothing(), builds::check()?];
    if cpython::is_here() {
        groups.insert(1, cpython::group(programs));
    }
    let figures = groups.into_iter().map(|group| measure_until(&is_good, group)).collect::<Result<Vec<_>>>()?;
    Ok(figures.concat())
}

fn measure_until(is_good: impl Fn(&[Figure]) -> bool, mut group: Group) -> Result<Vec<Figure>> {
    let mut figures = group.measure()?;
    for _ in 1..ATTEMPTS {
        if is_good(&figures) {
            break;
        }
        figures = group.measure()?;
    }
    Ok(figures)
}
