//! Tests that share a server are ended in every way, and nothing of the server stays.

#[cfg(unix)]
mod accounts;
#[cfg(unix)]
mod locks;
#[cfg(unix)]
mod servers;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    use atexit_test_support::{Need, needs};

    /// In the folder of Debian's packages, or in one of `PATH`.
    const POSTGRESQL: Need =
        Need::program("PostgreSQL's server", "sh", &["-c", "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb"]);

    let trials = || needs(&POSTGRESQL, [servers::trials(), locks::trials()].into_iter().flatten().collect());
    atexit_test_support::main(Vec::new(), trials)
}

/// Nothing sends signals here.
#[cfg(not(unix))]
fn main() -> ExitCode {
    atexit_test_support::main(Vec::new(), Vec::new)
}
