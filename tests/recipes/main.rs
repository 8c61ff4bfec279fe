//! The guide's recipes, and the programs of its page on testing: each is taken from the page as it stands there, built
//! with the crates that it names, and ended for real.

mod ends;
mod page;
mod programs;
#[cfg(unix)]
mod terminal;

use std::process::ExitCode;

use atexit_test_support::Trial;

fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), || {
        let mut trials = vec![Trial::test("each_program_of_the_pages_is_run", page::all_are_known)];
        // Elsewhere the signals, `sleep` and `sh` of the programs are missing.
        if cfg!(unix) {
            trials.extend(ends::trials());
        }
        // qemu 7.2 doesn't know `TCGETS2`, by which rustix asks a terminal for its settings.
        #[cfg(unix)]
        if !atexit_test_support::IS_QEMU {
            trials.extend(terminal::trials());
        }
        trials
    })
}
