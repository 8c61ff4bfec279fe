//! What keeps methods of a public trait to this crate.

/// A parameter of methods that only this crate calls, and that only it can write: no other can name the type, and so
/// none can spell the signature that an implementation of such a method needs.
pub struct Sealed;
