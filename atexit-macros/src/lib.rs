//! The attribute of the crate `atexit`, which re-exports and explains it.
//!
//! Three steps, a file each: `options` parses the attribute's options, `function` parses the annotated function and
//! refuses what can't be a handler, `expand` writes the code.

#![allow(missing_docs, reason = "the crate `atexit` documents what it re-exports from here")]

mod expand;
mod function;
mod options;

use proc_macro::TokenStream;

#[proc_macro_attribute]
pub fn atexit(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute("atexit", options.into(), &item.into()).into()
}

// The same attribute under the name that Python gives it.
#[proc_macro_attribute]
pub fn register(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute("atexit::register", options.into(), &item.into()).into()
}
