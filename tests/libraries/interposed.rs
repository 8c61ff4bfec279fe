//! Where something stands in the place of glibc's `__cxa_atexit`, and doesn't pass the status on: handlers are told
//! what a caller of this crate's `exit` says, and no other status.
//!
//! The program is `interposed` in the fixture.

use atexit_test_support::{Build, Trial};

use crate::programs::{Program, leaves, start, text};

pub(crate) fn trials() -> Vec<Trial> {
    let ways = [
        ("return", "an unknown status\n", 0),
        ("process_exit", "an unknown status\n", 3),
        ("exit", "status 3\n", 3),
        ("exit_in_a_handler", "an unknown status\nstatus 9\n", 9),
    ];
    ways.map(|(way, told, status)| {
        Trial::test(format!("a_status_that_c_does_not_pass_is_not_told_by_{way}"), move || {
            let mut command = start(&INTERPOSED)?;
            command.arg(way);
            leaves(command, told, status)
        })
    })
    .into()
}

static INTERPOSED: Program =
    Program::new(|| Build::new("libraries", &["--package", "interposed"]).executable("interposed").map_err(text));
