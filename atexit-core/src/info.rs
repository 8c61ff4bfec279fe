//! What can be told of a handler.

use std::fmt;
use std::panic::Location;

/// A handler's name and the place in the source where it was registered.
///
/// Displayed as `name (file:line)`. The list of what is pending comes from [`pending`](crate::pending).
///
/// ```
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

    /// The path of the function, as in `my_crate::module::function`. A closure is named after the function that it
    /// stands in, as in `my_crate::main::{{closure}}`.
    ///
    /// It comes from [`std::any::type_name`], and is as little fixed: for people to read, not for programs to compare.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Where the handler was registered: the file and line of the call, or of the attribute.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

impl fmt::Display for HandlerInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.name, self.location.file(), self.location.line())
    }
}
