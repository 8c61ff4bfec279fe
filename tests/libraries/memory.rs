//! Bounded, and nothing used after it is freed: what valgrind says of programs that load, unload and unregister.

use std::process::Command;

use atexit_test_support::{Failed, Need, Trial};

use crate::linking::LINKED;
use crate::loading::{LOADING, loading};
use crate::programs::{Program, leaves};

pub(crate) const VALGRIND: Need = Need::program("valgrind", "valgrind", &["--version"]);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("nothing_is_lost_of_what_was_unregistered", || {
            let mut command = memcheck(&LINKED)?;
            command.arg("unregister");
            leaves(command, "2ab321!0|c", 0)
        }),
        Trial::test("nothing_is_used_or_lost_after_a_library_was_unloaded", || {
            leaves(loading(memcheck(&LOADING)?, "closed")?, "(ba321)|X", 0)
        }),
        Trial::test("nothing_is_lost_when_a_library_is_loaded_and_unloaded_again", || {
            leaves(loading(memcheck(&LOADING)?, "loaded_again")?, "(a321)(b321)(c321)|d321", 0)
        }),
        Trial::test("nothing_is_used_or_lost_of_a_lazy_of_a_library_that_was_unloaded", || {
            leaves(loading(memcheck(&LOADING)?, "lazy_loaded_again")?, "(L321)(L321)(L321)|", 0)
        }),
        Trial::test("nothing_is_used_after_a_library_was_unloaded_by_another", || {
            leaves(loading(memcheck(&LOADING)?, "one_closes_the_other")?, "|c(a321)b321", 0)
        }),
        Trial::test("nothing_of_an_unloaded_library_is_used_by_threads_and_forks", || {
            leaves(loading(memcheck(&LOADING)?, "alive_after_closing")?, "(ba321)t[|XX]|XX", 0)
        }),
    ]
}

/// The program under valgrind, which ends with a status of its own if it finds an error.
fn memcheck(program: &Program) -> Result<Command, Failed> {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite"]);
    command.arg("--show-leak-kinds=definite").arg(program.as_ref().map_err(Failed::from)?);
    Ok(command)
}
