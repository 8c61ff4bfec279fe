//! What the reference doesn't say: how the parts go together.

#[doc = include_str!("guide/from_python.md")]
#[allow(clippy::needless_doctest_main, reason = "what a script becomes is a whole program")]
pub mod from_python {}

#[doc = include_str!("guide/recipes.md")]
pub mod recipes {}
