//! All that a program has to ask for, in one call.

use std::io;

use super::hooks;
#[cfg(feature = "signals")]
use super::signals;

/// Installs everything that makes handlers run at more ends of the program: signals such as Ctrl-C and `SIGTERM`, with
/// the feature `signals`; panics that abort; and `std::process::exit` on Windows. Returns at once; call it early in
/// `main`.
///
/// Without the feature `signals`, this succeeds as well, and signals run no handler.
///
/// These ends run no handlers by default. `abort`, `_exit` and other signals, such as `SIGQUIT`, still run none.
///
/// It calls these functions, which you can also call separately:
///
/// - `signals::install`, with the feature `signals`: handlers run before `SIGINT` (Ctrl-C), `SIGTERM`, `SIGHUP` or a
///   console event ends the process.
/// - [`install_panic_hook`](crate::install_panic_hook()): handlers run before a panic aborts, in a program built with
///   `panic = "abort"`.
/// - [`install_exit_hook`](crate::install_exit_hook()): handlers run at `std::process::exit` on Windows.
///
/// If you set a panic hook of your own, do so before calling this. Calling this again is harmless.
///
/// # Errors
///
/// Tries all of them, then returns the first error. Something the platform doesn't have isn't an error. To find out
/// whether the exit hook is available, call [`install_exit_hook`](crate::install_exit_hook()).
///
/// ```
/// # use atexit_core as atexit;
/// fn main() -> std::io::Result<()> {
///     atexit::install()?;
///     atexit::register(|| println!("saved"));
///     // …
///     Ok(())
/// }
/// ```
#[doc(alias(
    "graceful",
    "graceful shutdown",
    "graceful_shutdown",
    "shutdown",
    "sigterm",
    "sigint",
    "ctrl_c",
    "ctrlc",
    "hook"
))]
#[inline]
pub fn install() -> io::Result<()> {
    hooks::install_panic_hook();
    let all = [
        #[cfg(feature = "signals")]
        signals::install(),
        hooks::install_exit_hook(),
    ];
    all.into_iter().map(unless_unsupported).fold(Ok(()), io::Result::and)
}

/// What isn't there is no error.
#[inline]
fn unless_unsupported(answer: io::Result<()>) -> io::Result<()> {
    answer.or_else(|error| if error.kind() == io::ErrorKind::Unsupported { Ok(()) } else { Err(error) })
}
