//! What is known of a handler.

use std::fmt;
use std::panic::Location;

/// A handler's name and where in the source it was registered, displayed as `name (file:line)`.
///
/// [`pending`](crate::pending) returns one for each pending handler, and [`Failure`](crate::Failure) has one.
///
/// ```standalone_crate
/// # use atexit_core as atexit;
/// fn goodbye() {}
///
/// let line = line!() + 1;
/// atexit::register(goodbye);
/// let handler = atexit::pending()[0];
/// assert!(handler.name().ends_with("goodbye"));
/// assert_eq!(handler.location().line(), line);
/// assert_eq!(
///     handler.to_string(),
///     format!("{} ({}:{line})", handler.name(), handler.location().file()),
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HandlerInfo {
    name: &'static str,
    location: &'static Location<'static>,
}

impl HandlerInfo {
    pub(crate) fn new(name: &'static str, location: &'static Location<'static>) -> Self {
        Self { name, location }
    }

    /// Returns the path of the function, such as `my_crate::module::function`. A closure is named after the function
    /// that it is in, such as `my_crate::main::{{closure}}`.
    ///
    /// It comes from [`std::any::type_name`], and is as little fixed: for people to read, not for programs to compare.
    pub fn name(&self) -> &'static str {
        without_lifetimes(self.name)
    }

    /// Returns where the handler was registered: the file and line of the call, or of the attribute.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

impl fmt::Display for HandlerInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.name(), self.location.file(), self.location.line())
    }
}

/// The name without the lifetimes of a function whose lifetime parameters have bounds, `<'_, '_>`. (Byte by byte,
/// since the library's searching for strings is a lot of code.)
fn without_lifetimes(name: &'static str) -> &'static str {
    let is_of_lifetimes = |byte: &u8| matches!(byte, b'<' | b'\'' | b'_' | b',' | b' ' | b'>');
    let bytes = name.as_bytes();
    let length = bytes.len() - bytes.iter().rev().take_while(|byte| is_of_lifetimes(byte)).count();
    match bytes[length..] {
        [b'<', b'\'', .., b'>'] => &name[..length],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lifetimes_are_left_out() {
        assert_eq!(without_lifetimes("krate::greet<'_>"), "krate::greet");
        assert_eq!(without_lifetimes("krate::greet<'_, '_>"), "krate::greet");
        for name in [
            "krate::greet",
            "krate::generic<fn()>",
            "<T as Trait>::method",
            "krate::in_underscore_",
            "krate::generic<&'_ str>",
        ] {
            assert_eq!(without_lifetimes(name), name);
        }
    }
}
