//! The test binary that is ended.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use atexit_test_support::{Failed, child, message, test_binary};

/// What it prints when it is ready for a signal.
pub(crate) const READY: &str = "The lock is held.\n";

static BINARY: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| test_binary("accounts").map_err(message));

/// The tests of `accounts`, and the one that ends them in the way that the next argument says.
pub(crate) fn accounts() -> Result<Command, Failed> {
    let mut command = child(BINARY.as_ref()?);
    command.args(["--include-ignored", "--nocapture", "account"]).env_remove("DATABASE_URL");
    Ok(command)
}
