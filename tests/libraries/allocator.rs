//! Beside an allocator of the program's that registers handlers, and so is called while it calls.
//!
//! The program is `allocator` in the fixture. `x` is a handler that the allocator has registered.

use std::process::Command;

use atexit_test_support::{Build, Failed, Status, Trial};

use crate::programs::{Program, ends, leaves, start, text};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
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
    ]
}

fn allocator(name: &str) -> Result<Command, Failed> {
    let mut command = start(&ALLOCATOR)?;
    command.arg(name);
    Ok(command)
}

static ALLOCATOR: Program =
    Program::new(|| Build::new("libraries", &["--package", "allocator"]).executable("allocator").map_err(text));
