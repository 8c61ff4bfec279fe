//! The runtime of the crate `atexit`: what is pending, in which order, and how the exit of the process reaches it.
//!
//! Use `atexit` instead: it re-exports everything here, adds the attribute `#[atexit]`, and documents both. This crate
//! is separate so that the code to which the attribute expands has something to call.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod before_main;
mod exit;
#[doc(hidden)]
pub mod expansion;
mod guard;
mod handler;
mod inspect;
mod loaded;
mod on_thread;
mod pending;
mod platform;
mod register;
mod run;
mod setup;
#[cfg(all(any(unix, windows), feature = "signals"))]
pub mod signals;
mod state;
mod system_vec;
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
