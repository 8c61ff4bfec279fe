//! The figures that are the same at each measurement: instructions and bytes.

use crate::figure::{Comparison, Figure};
use crate::package::Result;
use crate::programs::Programs;

/// How many handlers the programs register for the first rows, once as many and once twice as many.
const HANDLERS: u32 = 10_000;

/// How many functions `thousand` has more than `one`.
const FUNCTIONS: u32 = 1_000;

pub fn measure(programs: &Programs) -> Result<Vec<Figure>> {
    let registering = |handler: &str| per_handler(programs, handler, HANDLERS, "_exit");
    let ended = |handler: &str| per_handler(programs, handler, HANDLERS, "exit");
    let running = |handler: &str| -> Result<f64> { Ok(ended(handler)? - registering(handler)?) };
    let (c, function, closure) = ("bare_register", "atexit_register function", "atexit_register closure");
    let mut all = vec![
        instructions("register a function", registering(function)?, "libc::atexit", registering(c)?),
        instructions("register a closure of 16 bytes", registering(closure)?, "libc::atexit", registering(c)?),
        instructions("run a function", running(function)?, "C's exit", running(c)?),
        instructions("run a closure of 16 bytes", running(closure)?, "C's exit", running(c)?),
    ];

    let one = "an annotated function, of 1,000";
    let by_hand = "ctor and libc::atexit";
    let of_1000 = |krate: &str| per_function(krate, |program| programs.instructions(program));
    all.push(instructions(one, of_1000("atexit")?, by_hand, of_1000("ctor")?));
    let of_1000 = |krate: &str| per_function(krate, |program| programs.bytes(program));
    for (peer, krate) in [("inventory", "inventory"), ("linkme", "linkme"), (by_hand, "ctor")] {
        all.push(bytes(one, Comparison::Of, of_1000("atexit")?, peer, of_1000(krate)?));
    }

    let (hello, without) = ("bare_hello", "the program without");
    let size = programs.bytes(hello)?;
    for (what, program) in [("the first annotated function", "atexit_one"), ("linking it unused", "atexit_unused")] {
        all.push(bytes(what, Comparison::AddedTo, programs.bytes(program)? - size, without, size));
    }
    let count = programs.instructions(hello)?;
    all.push(Figure {
        comparison: Comparison::AddedTo,
        ..instructions("linking it unused", programs.instructions("atexit_unused")? - count, without, count)
    });

    // Neither gets slower as more are pending.
    let few = "one of 1,000";
    let registering = |handlers: u32| per_handler(programs, function, handlers, "_exit");
    all.push(instructions("register one of 1,000,000", registering(1_000_000)?, few, registering(1_000)?));
    let unregistering = |handlers: u32| unregistering(programs, handlers);
    all.push(instructions("unregister one of 1,000,000", unregistering(1_000_000)?, few, unregistering(1_000)?));
    Ok(all)
}

fn instructions(what: &str, ours: f64, peer: &str, theirs: f64) -> Figure {
    Figure::new(what, "instructions", Comparison::Of, ours, peer, theirs)
}

fn bytes(what: &str, comparison: Comparison, ours: f64, peer: &str, theirs: f64) -> Figure {
    Figure::new(what, "bytes", comparison, ours, peer, theirs)
}

/// The difference that a handler makes to a program that ends so: once as many, on top of so many. What is done once
/// cancels out.
fn per_handler(programs: &Programs, program: &str, handlers: u32, end: &str) -> Result<f64> {
    let count = |handlers: u32| programs.instructions(&format!("{program} {handlers} {end}"));
    Ok((count(2 * handlers)? - count(handlers)?) / f64::from(handlers))
}

/// The difference that a function makes.
fn per_function(krate: &str, measure: impl Fn(&str) -> Result<f64>) -> Result<f64> {
    let (one, thousand) = (measure(&format!("{krate}_one"))?, measure(&format!("{krate}_thousand"))?);
    Ok((thousand - one) / f64::from(FUNCTIONS))
}

/// The difference that unregistering all of so many handlers makes, for each.
fn unregistering(programs: &Programs, handlers: u32) -> Result<f64> {
    let count = |which: &str| programs.instructions(&format!("atexit_unregister {handlers} {which}"));
    Ok((count("all")? - count("keep")?) / f64::from(handlers))
}
