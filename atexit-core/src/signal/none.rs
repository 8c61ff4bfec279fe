//! Where the system has no signals, nor anything in their place.

use std::io;

/// Those that [`install`](crate::signals::install()) is for.
pub(crate) const DEFAULT: &[i32] = &[];

/// Refuses them all.
pub(crate) fn install(_signals: &[i32]) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this platform has no signals"))
}
