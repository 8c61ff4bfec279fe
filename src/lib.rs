// Where the README's links and its picture lead here: the first definition of a link counts.
#![doc = include_str!("../docs/order.md")]
#![doc = "[exit]: exit()"]
#![doc = "[install]: install()"]
#![cfg_attr(feature = "signals", doc = "[signals]: signals")]
#![cfg_attr(not(feature = "signals"), doc = "[signals]: guide::services")]
#![doc = "[from_python]: guide::from_python"]
#![doc = "[handlers]: guide::handlers"]
#![doc = "[endings]: guide::endings"]
#![doc = "[order]: guide::order"]
#![doc = "[services]: guide::services"]
#![doc = "[testing]: guide::testing"]
#![doc = "[recipes]: guide::recipes"]
#![doc = "[platforms]: guide::platforms"]
// Its code needs `signals`.
#![cfg_attr(any(not(doctest), feature = "signals"), doc = include_str!("../README.md"))]
//!
//! # Every item
//!
//! | Item | What it does |
//! | --- | --- |
#![cfg_attr(
    feature = "macros",
    doc = "| [`#[atexit]`](macro@atexit), [`#[atexit::register]`](macro@register) | runs a function at exit |"
)]
//! | [`register()`], [`register_with`] | run a function or a closure at exit |
//! | [`on_thread`] | runs it on a thread of its own |
//! | [`guard`], [`Guard`] | run it when dropped or at exit, whichever comes first |
//! | [`Lazy`] | a static that is created on first use and dropped at exit |
//! | [`Registration`], [`unregister`], [`clear`] | unregister one handler, those of a function, all |
//! | [`run`] | runs all that is pending now |
//! | [`exit`], [`is_exiting`] | exits; whether the process is exiting |
//! | [`reason`], [`Reason`] | why it exits: the status, a signal, a panic |
//! | [`count`], [`pending`], [`HandlerInfo`] | what is pending |
//! | [`set_failure_hook`], [`Failure`] | where failures are reported |
//! | [`set_deadline`] | bounds how long exit handlers may take |
#![cfg_attr(
    feature = "signals",
    doc = "| [`signals`] | runs handlers when a signal or a console event ends the process |"
)]
//! | [`install`] | installs the two hooks below, and the signals |
//! | [`install_panic_hook`] | runs handlers at a panic that aborts |
//! | [`install_exit_hook`] | runs handlers at `std::process::exit` on Windows |
//! | [`Handler`], [`Outcome`] | what can be a handler; what it may return |
//!
//! # Features and environment
//!
//! - `macros`, by default: the attribute.
//! - `signals`: the module of that name. It compiles everywhere; where a platform has no signals, installing them
//!   returns an error.
//! - `ATEXIT_TRACE=1` in the environment: standard error shows which handlers run, and how long they take. See
//!   [writing handlers](guide::handlers#time).

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod guide;

#[doc(hidden)]
pub use atexit_core::expansion as __private;
#[cfg(feature = "signals")]
#[doc(inline)]
pub use atexit_core::signals;
#[doc(inline)]
pub use atexit_core::{
    Failure, Guard, Handler, HandlerInfo, Lazy, OnThread, Outcome, Reason, Registration, clear, count, exit, guard,
    install, install_exit_hook, install_panic_hook, is_exiting, on_thread, pending, reason, register, register_with,
    run, set_deadline, set_failure_hook, unregister,
};

// Here, where an object file has nothing else: see "Unused is free" in ARCHITECTURE.md.
atexit_core::expansion::constructor!();

#[cfg(feature = "macros")]
#[doc(inline)]
pub use atexit_macros::{atexit, register};
