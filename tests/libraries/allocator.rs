//! Beside an allocator of the program's that registers handlers, and so is called while it calls.
//!
//! The programs are in `allocator` in the fixture. In the first, `x` is a handler that the allocator has registered. In
//! the other the allocator makes every call whenever it is called, and `=` says that all handlers which it has
//! registered are gone at the end.

use std::process::Command;

use atexit_test_support::{Build, Failed, Status, Trial};

use crate::programs::{Program, ends, leaves, start, text};

const IS_GLIBC: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

pub(crate) fn trials() -> Vec<Trial> {
    let calling = [
        ("registers", "="),
        ("unregisters", "u="),
        ("clears", "="),
        ("looks_at_what_is_pending", "p="),
        ("runs", "="),
        ("runs_on_threads", "="),
        ("fails", "ff="),
        ("exits", "="),
        // Elsewhere C's handlers don't run then.
        ("exits_in_a_handler", if IS_GLIBC { "=" } else { "" }),
        // Elsewhere C leaves open what happens when several threads call its `exit`.
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        ("exits_on_many_threads", "="),
    ]
    .map(|(what, letters)| {
        Trial::test(format!("an_allocator_makes_every_call_while_the_program_{what}"), move || {
            let mut command = start(&CALLING)?;
            command.arg(what);
            leaves(command, letters, 0)
        })
    });
    let registering = [
        Trial::test("an_allocator_registers_a_handler_before_main", || {
            let mut command = allocator("at_first")?;
            command.env("BEFORE_MAIN", "1");
            leaves(command, "ax", 0)
        }),
        Trial::test("an_allocator_registers_a_handler_at_the_first_allocation", || {
            leaves(allocator("at_first")?, "ax", 0)
        }),
        // What the environment says of it is copied before main.
        Trial::test("an_allocator_registers_a_handler_at_the_first_allocation_where_there_is_a_trace", || {
            let mut command = allocator("at_first")?;
            command.env("ATEXIT_TRACE", "1");
            ends(command, "ax", Status::Code(0), |trace| trace.contains("allocator::registered_by_the_allocator"))
        }),
        Trial::test("an_allocator_registers_a_handler_in_main", || leaves(allocator("in_main")?, "bxax", 0)),
    ];
    registering.into_iter().chain(calling).collect()
}

fn allocator(name: &str) -> Result<Command, Failed> {
    let mut command = start(&ALLOCATOR)?;
    command.arg(name);
    Ok(command)
}

static ALLOCATOR: Program =
    Program::new(|| Build::new("libraries", &["--package", "allocator"]).executable("allocator").map_err(text));
static CALLING: Program =
    Program::new(|| Build::new("libraries", &["--package", "allocator"]).executable("calling").map_err(text));
