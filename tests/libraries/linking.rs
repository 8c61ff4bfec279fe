//! A static library in a C program: which annotated functions are linked.
//!
//! The program is `c/linked.c`, which calls the library and so has what the linker takes for that: whole object files,
//! each with all that the compiler has put into it. The digits are functions in three modules, of which only the one of
//! `2` holds what C calls: a codegen unit is an object file, so that with one of them it is all or nothing.

use std::path::PathBuf;
use std::process::Command;

use atexit_test_support::{Failed, Process, Trial};

use crate::programs::{Library, Program, Units, compile, leaves, start, text};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("the_whole_of_a_static_library_has_all_annotated_functions", || {
            leaves(start(&WHOLE_OF_MANY)?, "ba321", 0)?;
            leaves(start(&WHOLE_OF_ONE)?, "ba321", 0)
        }),
        Trial::test("with_one_codegen_unit_all_are_linked_with_what_is_called", || {
            leaves(start(&PART_OF_ONE)?, "ba321", 0)
        }),
        Trial::test("with_many_codegen_units_those_that_are_linked_run_in_order", some_of_many),
        // A `main` of Rust can't end so: the C runtime unwinds the thread, and Rust aborts.
        Trial::test("after_pthread_exit_of_the_main_thread_the_last_thread_runs_the_handlers", || {
            leaves(linked("another_thread_returns")?, "ba321", 0)?;
            leaves(linked("another_thread_exits")?, "ba321", 3)
        }),
    ]
}

/// Which they are is the compiler's affair.
fn some_of_many() -> Result<(), Failed> {
    let found = Process::run(start(&PART_OF_MANY)?)?.stdout;
    let linked: String = "321".chars().filter(|&digit| found.contains(digit)).collect();
    leaves(start(&PART_OF_MANY)?, &format!("ba{linked}"), 0)
}

static WHOLE_OF_MANY: Program = Program::new(|| whole("whole_of_many", Units::Many));
static WHOLE_OF_ONE: Program = Program::new(|| whole("whole_of_one", Units::One));
static PART_OF_MANY: Program = Program::new(|| part("part_of_many", Units::Many));
static PART_OF_ONE: Program = Program::new(|| part("part_of_one", Units::One));

/// `c/linked.c` with what it needs of an unoptimised library.
pub(crate) static LINKED: Program = Program::new(|| part("linked", Units::Dev));

fn linked(name: &str) -> Result<Command, Failed> {
    let mut command = start(&LINKED)?;
    command.arg(name);
    Ok(command)
}

fn whole(program: &str, units: Units) -> Result<PathBuf, String> {
    let archive = Library::get().map_err(text)?.archive(units);
    let archive = archive.to_string_lossy();
    compile("linked.c", program, &["-Wl,--whole-archive", &archive, "-Wl,--no-whole-archive"])
}

fn part(program: &str, units: Units) -> Result<PathBuf, String> {
    let archive = Library::get().map_err(text)?.archive(units);
    compile("linked.c", program, &[&archive.to_string_lossy()])
}
