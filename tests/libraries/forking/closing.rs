//! Closing the library, whose handlers then run between what this crate does around the fork.

use std::process::Command;

use atexit_test_support::{Failed, Trial, times_here};

use super::ORDERS;
use crate::programs::{Library, Program, compile, leaves, start};

/// The phase in which it is closed, and what is left.
const CLOSINGS: [(&str, &str); 3] =
    [("prepare", "(boa321)[|X]|X"), ("parent", "(boa321)[|boa321X]|X"), ("child", "(boa321)[|X]|boa321X")];

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (phase, letters) in CLOSINGS {
        for order in ORDERS {
            let name = format!("around_a_fork_closing_in_{phase}_{order}_our_handlers");
            trials.push(Trial::test(format!("{name}_a_hundred_times"), move || {
                (0..times_here(100)).try_for_each(|_| leaves(closing(phase, order, "idle")?, letters, 0))
            }));
            // What is registered with the library of the thread is the newest.
            let letters = letters.replace('|', "|c");
            trials.push(Trial::test(format!("{name}_beside_a_thread_a_hundred_times"), move || {
                (0..times_here(100)).try_for_each(|_| leaves(closing(phase, order, "busy")?, &letters, 0))
            }));
        }
    }
    trials
}

fn closing(phase: &str, order: &str, thread: &str) -> Result<Command, Failed> {
    let (mut command, library) = (start(&CLOSING)?, Library::get()?);
    command.args([phase, order, thread]).arg(library.file()).arg(library.other_file());
    Ok(command)
}

static CLOSING: Program = Program::new(|| compile("closing_forks.c", "closing_forks", &[]));
