//! Looks for processes that the program has left.

use std::process::ExitCode;

#[cfg(unix)]
mod left;

#[cfg(unix)]
fn main() -> ExitCode {
    use atexit_test_support::{Trial, after_each_end, main as run};
    use left::{no_worker_is_left, no_worker_is_left_when_nobody_reads as nobody_reads};

    #[cfg(target_os = "linux")]
    left::adopt_orphans();
    run(Vec::new(), || {
        let mut trials = after_each_end("no_worker_is_left", no_worker_is_left);
        trials.push(Trial::test("no_worker_is_left_when_the_reader_of_a_pipe_is_gone", || {
            nobody_reads("pipe", left::pipe()?)
        }));
        #[cfg(target_os = "linux")]
        trials.push(Trial::test("no_worker_is_left_when_the_terminal_is_closed", || {
            nobody_reads("terminal", left::terminal()?)
        }));
        trials
    })
}

/// The program is for Unix.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
