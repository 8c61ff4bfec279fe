//! Random programs, each a process that really ends, and does what it should: what Python's `atexit` does where the
//! two agree, and what a model does where this crate says more.
//!
//! By default the programs are the same each time. `ATEXIT_FUZZ_SEED` is the number of the first program and
//! `ATEXIT_FUZZ_PROGRAMS` says how many there are, so that a failure, which tells both, can be repeated:
//!
//! ```sh
//! ATEXIT_FUZZ_SEED=1000000 ATEXIT_FUZZ_PROGRAMS=20000 cargo test --test fuzz
//! ```

mod generate;
mod interpreter;
mod model;
mod program;
mod python;
mod shrink;
mod trace;

use std::env;
use std::fmt;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use atexit_test_support::{Failed, Trial, needs, scenario};

use generate::Grammar;
use program::Program;
use python::Python;
use trace::Trace;

fn main() -> ExitCode {
    atexit_test_support::main(vec![scenario(interpreter::SCENARIO, interpreter::main)], trials)
}

fn trials() -> Vec<Trial> {
    let mut model = vec![Trial::test("random_programs_do_what_the_model_does", || fuzz(0..400, || Model))];
    let mut python = vec![Trial::test("random_programs_do_what_python_does", || fuzz(0..100, Python::start))];
    if env::var_os(PROGRAMS).is_none() {
        let name = "sixteen_hundred_more_random_programs_do_what_the_model_does";
        model.push(Trial::test(name, || fuzz(400..2000, || Model)));
        let name = "two_hundred_more_random_programs_do_what_python_does";
        python.push(Trial::test(name, || fuzz(100..300, Python::start)));
    }
    // No program under wine can start one of Linux.
    if cfg!(not(emulator = "wine")) {
        model.extend(needs(&python::NEED, python));
    }
    model
}

/// The variables that say which programs are played instead: from which number on, and how many.
const SEED: &str = "ATEXIT_FUZZ_SEED";
const PROGRAMS: &str = "ATEXIT_FUZZ_PROGRAMS";

/// Who says what a program should do.
trait Oracle {
    const NAME: &str;

    /// What the program of that number may consist of.
    fn grammar(&self, number: u64) -> Grammar;

    /// How what it does differs from what it should do, if it differs.
    fn difference(&mut self, program: &Program) -> Option<Difference>;
}

struct Model;

impl Oracle for Model {
    const NAME: &str = "the model";

    fn grammar(&self, _number: u64) -> Grammar {
        generate::ALL
    }

    fn difference(&mut self, program: &Program) -> Option<Difference> {
        Difference::between(interpreter::trace(program), model::trace(program))
    }
}

impl Oracle for Python {
    const NAME: &str = "Python";

    fn grammar(&self, number: u64) -> Grammar {
        Python::grammar(self, number)
    }

    fn difference(&mut self, program: &Program) -> Option<Difference> {
        let ours = python::as_python_tells(&interpreter::trace(program));
        Difference::between(ours, self.trace(program))
    }
}

struct Difference {
    is: Trace,
    should_be: Trace,
}

impl Difference {
    fn between(is: Trace, should_be: Trace) -> Option<Self> {
        (is != should_be).then_some(Self { is, should_be })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The end of what they have in common is enough.
        let same = self.is.lines().zip(self.should_be.lines()).take_while(|(is, should_be)| is == should_be).count();
        let skipped = same.saturating_sub(20);
        for (title, trace) in [("what it does", &self.is), ("what it should do", &self.should_be)] {
            writeln!(f, "--- {title}")?;
            if skipped > 0 {
                writeln!(f, "  … {skipped} lines that are the same")?;
            }
            trace.lines().skip(skipped).try_for_each(|line| writeln!(f, "  {line}"))?;
        }
        Ok(())
    }
}

/// Plays the programs of those numbers, or those that the environment names, and compares each with what the oracle
/// says.
fn fuzz<O: Oracle>(numbers: Range<u64>, oracle: impl Fn() -> O + Sync) -> Result<(), Failed> {
    let first = numbers.start.saturating_add(variable(SEED).unwrap_or(0));
    let programs = numbers.end - numbers.start;
    // Through an emulator a process takes many times as long.
    let default = if env::var_os("CROSS_CHILD_RUNNER").is_some() { programs / 20 } else { programs };
    let end = first.saturating_add(variable(PROGRAMS).unwrap_or(default));
    let Some((number, seen)) = first_that_differs(first, end, &oracle) else { return Ok(()) };

    let mut oracle = oracle();
    let program = generate::program(number, &oracle.grammar(number));
    let smallest = shrink::shrink(program, |program| oracle.difference(program).is_some());
    let Some(difference) = oracle.difference(&smallest) else {
        return Err(format!("program {number} differed, but no longer does\n{seen}").into());
    };
    let again = format!("{SEED}={number} {PROGRAMS}=1 cargo test --test fuzz");
    let what = format!("program {number} differs from {}; again with\n{again}", O::NAME);
    Err(format!("{what}\n--- smallest program that differs\n{smallest}{difference}").into())
}

/// Looks for a program that differs, on all processors: which it is, and how it differs.
fn first_that_differs<O: Oracle>(first: u64, end: u64, oracle: &(impl Fn() -> O + Sync)) -> Option<(u64, Difference)> {
    let (next, found) = (AtomicU64::new(first), Mutex::new(None));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut oracle = oracle();
                loop {
                    let number = next.fetch_add(1, Relaxed);
                    if number >= end || found.lock().unwrap().is_some() {
                        return;
                    }
                    let program = generate::program(number, &oracle.grammar(number));
                    if let Some(difference) = oracle.difference(&program) {
                        found.lock().unwrap().get_or_insert((number, difference));
                    }
                }
            });
        }
    });
    found.into_inner().unwrap()
}

/// The number in that variable, if it is set.
///
/// # Panics
///
/// If it is something else.
fn variable(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value} should be a number")))
}
