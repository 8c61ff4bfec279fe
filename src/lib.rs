//! tmp
#[doc(hidden)]
pub use atexit_core::private as __private;
pub use atexit_core::*;
#[cfg(feature = "macros")]
pub use atexit_macros::{atexit, register};
