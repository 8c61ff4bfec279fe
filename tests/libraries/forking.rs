//! Handlers of others around a fork (`pthread_atfork`), which close the library or call it: they run between those of
//! this crate.
//!
//! The programs are `c/calling_forks.c` and `c/closing_forks.c`, which say what brackets mean. `X` is a handler of C,
//! and `o` one that is to run on a thread of its own.

/// musl unloads nothing.
#[cfg(not(target_env = "musl"))]
mod closing;

use std::process::Command;

use atexit_test_support::{Failed, PANICKED, Status, Trial};

use crate::programs::{Library, Program, Units, compile, ends, leaves, start, text};

/// Registered before those of this crate, or after.
const ORDERS: [&str; 2] = ["before", "after"];

/// In which phase, or in each, the library is called.
const PHASES: [&str; 4] = ["prepare", "parent", "child", "each"];

/// The call, and what is left for each of the phases.
const CALLS: &[(&str, [&str; 4])] = &[
    ("register", ["[|rboaX321]|rboaX321", "[|boaX321]|rboaX321", "[|rboaX321]|boaX321", "[|rrboaX321]|rrboaX321"]),
    ("unregister", ["[|boaX321]|boaX321", "[|uboaX321]|boaX321", "[|boaX321]|uboaX321", "[|boaX321]|boaX321"]),
    ("count", ["6[|boaX321]|boaX321", "6[|boaX321]|boaX321", "6[|boaX321]|boaX321", "666[|boaX321]|boaX321"]),
    ("run", ["boa321[|X]|X", "boa321[|boaX321]|X", "boa321[|X]|boaX321", "boa321[|X]|X"]),
    ("clear", ["[|X]|X", "[|boaX321]|X", "[|X]|boaX321", "[|X]|X"]),
    // These leave everything as it is.
    ("set_hook", ["[|boaX321]|boaX321"; 4]),
    ("set_deadline", ["[|boaX321]|boaX321"; 4]),
    ("install_signals", ["[|boaX321]|boaX321"; 4]),
];

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for &(call, expected) in CALLS {
        for (phase, letters) in PHASES.into_iter().zip(expected) {
            let name = format!("around_a_fork_{call}_in_{phase}");
            trials.push(Trial::test(name, move || calls(call, phase, letters)));
        }
    }
    for phase in PHASES {
        trials.push(Trial::test(format!("around_a_fork_a_failure_is_reported_in_{phase}"), move || fails(phase)));
    }
    for call in ["exit_by_c", "exit_by_atexit"] {
        let name = format!("around_a_fork_{call}_in_child");
        trials.push(Trial::test(name, move || calls(call, "child", "boaX321]|boaX321")));
    }
    #[cfg(not(target_env = "musl"))]
    trials.extend(closing::trials());
    trials
}

fn calls(call: &str, phase: &str, letters: &str) -> Result<(), Failed> {
    for order in ORDERS {
        leaves(calling(call, phase, order, "idle")?, letters, 0)?;
        (0..3).try_for_each(|_| leaves(calling(call, phase, order, "busy")?, letters, 0))?;
    }
    Ok(())
}

/// A handler panics while all are run.
fn fails(phase: &str) -> Result<(), Failed> {
    let (letters, count) = match phase {
        "prepare" => ("boa321[|X]|X", 1),
        "parent" => ("boa321[|boaX321]|X", 1),
        "child" => ("boa321[|X]|boaX321", 1),
        _ => ("boa321[|X]|X", 3),
    };
    let are_reported = |stderr: &str| {
        let reports = stderr.lines().filter(|line| line.starts_with("atexit: "));
        reports.filter(|report| report.ends_with(PANICKED)).count() == count
    };
    ORDERS
        .iter()
        .try_for_each(|order| ends(calling("fail", phase, order, "idle")?, letters, Status::Code(0), are_reported))
}

fn calling(call: &str, phase: &str, order: &str, thread: &str) -> Result<Command, Failed> {
    let mut command = start(&CALLING)?;
    command.args([call, phase, order, thread]);
    Ok(command)
}

static CALLING: Program = Program::new(|| {
    let archive = Library::get().map_err(text)?.archive(Units::Dev);
    let archive = archive.to_string_lossy();
    compile("calling_forks.c", "calling_forks", &["-Wl,--whole-archive", &archive, "-Wl,--no-whole-archive"])
});
