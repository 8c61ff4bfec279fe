//! What a handler has returned.

use super::Outcome;

/// What a handler has returned: the text of its error, if it was one.
///
/// A call gives an `Option` of it: `None` is an annotated function that wasn't called, since a `?` in its `args(…)` met
/// `None`. Only this crate makes one, so that nothing else leaves `args(…)`.
#[derive(Debug)]
pub struct Returned {
    pub(super) error: Option<String>,
}

impl Returned {
    /// What isn't an error. Not a constant: the compiler would copy all of its bytes.
    #[inline]
    pub(crate) const fn well() -> Self {
        Self { error: None }
    }

    pub(crate) fn of(outcome: impl Outcome) -> Self {
        Self { error: outcome.into_error() }
    }

    pub(crate) fn with_error(text: &str) -> Self {
        Self { error: Some(text.to_owned()) }
    }

    pub(crate) fn into_error(self) -> Option<String> {
        self.error
    }
}
