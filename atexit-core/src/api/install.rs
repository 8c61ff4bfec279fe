//! All that a program has to ask for, in one call.

use std::io;

use super::hooks;
#[cfg(feature = "signals")]
use super::signals;

/// Has the pending handlers run however the program ends, as far as the platform and the features of this crate allow.
///
/// This is the one line for `main`. It does what these do, each of which can be called alone instead:
///
/// - `signals::install`, with the feature `signals`: handlers run before a signal or a console event ends the process.
/// - [`install_panic_hook`](crate::install_panic_hook()): before a panic aborts, in a program built with
///   `panic = "abort"`.
/// - [`install_exit_hook`](crate::install_exit_hook()): at `std::process::exit` on Windows.
///
/// Call it early in `main`, after setting a panic hook of your own. Calling it again is harmless.
///
/// # Errors
///
/// The first error of these, after all of them have been tried: what could be installed is. What the platform doesn't
/// have is no error, so that the same line works everywhere; to know whether the last of them can be had, call it.
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
