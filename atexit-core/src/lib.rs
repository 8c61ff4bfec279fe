//! The runtime of the crate `atexit`: what is pending, in which order, and how the exit of the process reaches it.
//!
//! Programs and libraries use `atexit`, which re-exports all of this beside the attribute `#[atexit]`, and where it is
//! explained. This crate stands by itself so that what the attribute expands to has something to call.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod exit;
#[doc(hidden)]
pub mod expansion;
mod guard;
mod handler;
mod inspect;
mod on_thread;
mod pending;
mod platform;
mod register;
mod run;
mod setup;
#[cfg(all(any(unix, windows), feature = "signals"))]
pub mod signals;
mod state;
mod thread;
mod unregister;

pub use exit::{exit, install_panic_hook, is_exiting, set_deadline};
pub use guard::{Guard, guard};
pub use handler::{Failure, Handler, HandlerInfo, Outcome, set_failure_hook};
pub use inspect::{count, pending};
pub use on_thread::{OnThread, on_thread};
pub use register::{Registration, register, register_with};
pub use run::run;
pub use unregister::{clear, unregister};
