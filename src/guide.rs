//! What the reference doesn't say: how the parts go together.

#[doc = include_str!("guide/recipes.md")]
pub mod recipes {}
