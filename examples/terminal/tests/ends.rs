//! Looks at the terminal in which the program ran.

use std::process::ExitCode;

#[cfg(unix)]
mod left;

#[cfg(unix)]
fn main() -> ExitCode {
    use atexit_test_support::IS_QEMU;

    // qemu 7.2 doesn't know `TCGETS2`, by which rustix asks a terminal for its settings: "Function not implemented".
    atexit_test_support::main(Vec::new(), || if IS_QEMU { Vec::new() } else { left::trials() })
}

/// The tests make a terminal as Unix has it.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
