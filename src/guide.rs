//! The guide, one page per topic.
//!
//! | Page | About |
//! | --- | --- |
//! | [`from_python`] | each construct of Python's `atexit`, beside what it is in Rust |
//! | [`handlers`] | writing handlers: locks, thread-locals, `Drop`, standard output, panics, time |
//! | [`endings`] | how programs end, and which ways run handlers, on each platform |
//! | [`order`] | among annotated functions, calls, C and C++ |
//! | [`services`] | signals, deadlines, containers, `fork` |
//! | [`testing`] | that cleanup works, and `cargo nextest` |
//! | [`recipes`] | short programs for common problems |
//! | [`platforms`] | what was tested where, and what differs |

#[doc = include_str!("guide/from_python.md")]
#[allow(clippy::needless_doctest_main, reason = "what a script becomes is a whole program")]
pub mod from_python {}

#[doc = include_str!("guide/handlers.md")]
pub mod handlers {}

#[doc = include_str!("guide/endings.md")]
#[allow(clippy::doc_markdown, reason = "the tables name each way to end as the tests do")]
pub mod endings {}

// Where its picture leads here.
#[doc = include_str!("../docs/order_with_c.md")]
#[doc = include_str!("guide/order.md")]
pub mod order {}

#[doc = include_str!("guide/services.md")]
pub mod services {}

#[doc = include_str!("guide/testing.md")]
#[allow(clippy::test_attr_in_doctest, reason = "what is shown are tests")]
pub mod testing {}

// Its programs need other crates, and some a signal: the package in `tests/recipes` builds and ends them.
#[cfg_attr(not(doctest), doc = include_str!("guide/recipes.md"))]
pub mod recipes {}

#[doc = include_str!("guide/platforms.md")]
pub mod platforms {}
