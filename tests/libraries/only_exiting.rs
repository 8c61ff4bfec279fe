//! A program that uses this crate but never adds a handler: the linker leaves out what handlers need, and nothing else.
//!
//! The program is `only_exits` in the fixture.

use atexit_test_support::{Build, Trial};

use crate::programs::{Program, leaves, start, text};

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("without_any_handler_a_child_forked_while_other_threads_ask_exits", || {
        leaves(start(&ONLY_EXITS)?, ".", 3)
    })]
}

static ONLY_EXITS: Program =
    Program::new(|| Build::new("libraries", &["--package", "only_exits"]).executable("only_exits").map_err(text));
