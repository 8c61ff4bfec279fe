//! Registering from one thread, and from eight at the same time.

use crate::figure::Figure;
use crate::package::Result;
use crate::programs::Programs;
use crate::rounds::{Group, Round, Samples, figure};

/// How many handlers the threads register together: so many that all threads are busy at the same time.
const HANDLERS: u32 = 1_600_000;
const PEER: &str = "libc::atexit";

pub fn group(programs: &Programs) -> Group<'_> {
    Group::new(11, || round(programs), figures)
}

/// The medians: the fastest of eight threads are those that met the least.
fn figures(samples: &Samples) -> Option<Vec<Figure>> {
    let [ours, theirs] = ["atexit", "bare"].map(|side| [1, 8].map(|threads| samples.median(&name(side, threads))));
    let ([Some(one), Some(eight)], [Some(one_of_peer), Some(eight_of_peer)]) = (ours, theirs) else { return None };
    Some(vec![
        figure("register from 1 thread", one, "ns", PEER, one_of_peer),
        figure("register from 8 threads", eight, "ns", PEER, eight_of_peer),
        figure("register from 8 threads, of 1", eight / one, "×", PEER, eight_of_peer / one_of_peer),
    ])
}

/// For each handler, in nanoseconds.
fn round(programs: &Programs) -> Result<Round> {
    let mut round = Round::new();
    for threads in [1, 8] {
        for side in ["atexit", "bare"] {
            let printed = programs.output(&format!("{side}_threads {HANDLERS} {threads}"))?;
            round.push((name(side, threads), printed.trim().parse()?));
        }
    }
    Ok(round)
}

fn name(side: &str, threads: u32) -> String {
    format!("{side} from {threads}")
}
