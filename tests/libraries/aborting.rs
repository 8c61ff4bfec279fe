//! `panic = "abort"`: all is as it is elsewhere, but a panic can't be caught. After `install_panic_hook` it runs the
//! handlers, though.
//!
//! The program is `aborts` in the fixture. `H` is the panic hook that was there before.

use std::process::Command;

use atexit_test_support::{Build, Failed, Process, Status, Trial, times_here};

use crate::programs::{Program, ends, leaves, start, text};

const SIGABRT: Status = Status::Signal(6);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("without_unwinding_all_handlers_run", || leaves(aborting(&["returns"])?, "ba1", 0)),
        Trial::test("without_unwinding_exit_in_a_handler_runs_the_rest", || leaves(aborting(&["exits"])?, "ba1", 5)),
        Trial::test("without_unwinding_the_last_exit_counts", || leaves(aborting(&["exits_twice"])?, "ba1", 6)),
        Trial::test("without_unwinding_an_error_is_reported_and_the_rest_run", || {
            ends(aborting(&["fails"])?, "ba1", Status::Code(0), |stderr| {
                stderr.starts_with("atexit: handler aborts::main") && stderr.ends_with("failed: \"as a handler may\"\n")
            })
        }),
        Trial::test("without_unwinding_a_panic_in_a_handler_aborts", || {
            ends(aborting(&["panics"])?, "b", SIGABRT, |stderr| stderr.contains("as a handler may"))
        }),
        Trial::test("without_unwinding_the_panic_hook_runs_the_handlers_after_a_panic_in_main", || {
            ends(aborting(&["returns", "in_main"])?, "Hba1", SIGABRT, str::is_empty)
        }),
        Trial::test("without_unwinding_the_panic_hook_runs_the_handlers_after_a_panic_on_a_thread", || {
            ends(aborting(&["returns", "on_a_thread"])?, "Hba1", SIGABRT, str::is_empty)
        }),
        Trial::test("without_unwinding_the_panic_hook_that_is_installed_twice_runs_the_handlers_once", || {
            ends(aborting(&["returns", "in_main_with_two_hooks"])?, "Hba1", SIGABRT, str::is_empty)
        }),
        Trial::test("without_unwinding_the_panic_hook_reports_an_error_and_runs_the_rest", || {
            ends(aborting(&["fails", "in_main"])?, "Hba1", SIGABRT, |stderr| {
                stderr.starts_with("atexit: handler aborts::main") && stderr.ends_with("failed: \"as a handler may\"\n")
            })
        }),
        Trial::test("without_unwinding_a_panic_in_a_handler_that_the_panic_hook_runs_aborts", || {
            ends(aborting(&["panics", "in_main"])?, "Hb", SIGABRT, |_| true)
        }),
        Trial::test("without_unwinding_a_panic_in_a_handler_on_a_thread_that_the_panic_hook_runs_aborts", || {
            // Nothing is waited for in vain, or the deadline would pass.
            ends(aborting(&["panics_on_a_thread", "in_main"])?, "Hb", SIGABRT, |_| true)
        }),
        Trial::test("without_unwinding_exit_in_a_handler_that_the_panic_hook_runs_ends_with_that_status", || {
            leaves(aborting(&["exits", "in_main"])?, "Hba1", 5)?;
            leaves(aborting(&["exits", "on_a_thread"])?, "Hba1", 5)?;
            leaves(aborting(&["exits_by_std", "in_main"])?, "Hba1", 7)?;
            leaves(aborting(&["exits_twice", "in_main"])?, "Hba1", 6)
        }),
        Trial::test("without_unwinding_a_panic_in_the_exit_of_c_runs_the_rest", || {
            ends(aborting(&["returns", "in_a_handler"])?, "Hba1", SIGABRT, str::is_empty)?;
            // With musl, nobody destroys the thread-locals of the main thread.
            if cfg!(target_env = "gnu") {
                ends(aborting(&["returns", "in_a_destructor"])?, "Hba1", SIGABRT, |_| true)?;
            }
            Ok(())
        }),
        Trial::test("without_unwinding_exit_after_a_panic_in_the_exit_of_c_ends_with_that_status", || {
            leaves(aborting(&["exits", "in_a_handler"])?, "Hba1", 5)?;
            leaves(aborting(&["exits_twice", "in_a_handler"])?, "Hba1", 6)?;
            leaves(aborting(&["exits_and_says_why", "in_a_handler"])?, "Hb{status 5}a1", 5)?;
            // Elsewhere, C's `exit` may not be called twice.
            if cfg!(target_env = "gnu") {
                leaves(aborting(&["exits_by_c", "in_a_handler"])?, "Hba1", 8)?;
                leaves(aborting(&["exits", "in_a_destructor"])?, "Hba1", 5)?;
            }
            Ok(())
        }),
        Trial::test("without_unwinding_the_reason_is_the_panic_until_a_handler_exits", || {
            ends(aborting(&["says_why", "in_main"])?, "Hb{a panic}a1", SIGABRT, str::is_empty)?;
            leaves(aborting(&["exits_and_says_why", "in_main"])?, "Hb{status 5}a1", 5)
        }),
        Trial::test("without_unwinding_the_deadline_holds_for_handlers_that_the_panic_hook_runs", || {
            let is_named = |report: &str| report.contains("is still running") && report.contains("is still pending");
            ends(aborting(&["is_stuck", "in_main"])?, "", Status::Code(124), is_named)
        }),
        Trial::test("without_unwinding_a_panic_in_a_thread_that_a_handler_joins_aborts_in_the_end", || {
            ends(aborting(&["joins", "at_no_time"])?, "b(H", SIGABRT, str::is_empty)
        }),
        Trial::test("without_unwinding_a_panic_during_exit_waits_for_slow_handlers", || {
            panics_during_exit("during_slow_exit", "()sSba1")
        }),
        Trial::test("without_unwinding_two_panics_at_once_run_the_handlers_once_a_hundred_times", || {
            (0..times_here(100)).try_for_each(|_| {
                ends(aborting(&["returns", "on_two_threads"])?, "ba1", SIGABRT, |stderr| {
                    stderr.contains("as a thread may") && !stderr.contains("atexit: ")
                })
            })
        }),
        Trial::test("without_unwinding_a_panic_while_run_runs_handlers_waits_for_them", || {
            ends(aborting(&["returns", "during_run"])?, "()ba1", SIGABRT, str::is_empty)
        }),
        Trial::test("without_unwinding_a_panic_during_exit_waits_for_the_handlers_a_hundred_times", || {
            (0..times_here(100)).try_for_each(|_| panics_during_exit("during_exit", "()ba1"))
        }),
    ]
}

/// Which of the two threads ends the process once all handlers have run is for them to settle.
fn panics_during_exit(when: &str, stdout: &str) -> Result<(), Failed> {
    let found = Process::run(aborting(&["returns", when])?)?;
    let ends_so = [Status::Code(0), SIGABRT].contains(&found.status);
    if found.stdout == stdout && found.stderr.is_empty() && ends_so {
        return Ok(());
    }
    Err(format!("it should print {stdout} and exit with 0 or abort: {found:?}").into())
}

fn aborting(arguments: &[&str]) -> Result<Command, Failed> {
    let mut command = start(&ABORTS)?;
    command.args(arguments);
    Ok(command)
}

static ABORTS: Program = Program::new(|| {
    let arguments = ["--package", "aborts", "--config", "profile.dev.panic=\"abort\""];
    Build::new("libraries", &arguments).executable("aborts").map_err(text)
});
