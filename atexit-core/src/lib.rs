//! The runtime of the crate `atexit`: what is pending, in which order, and how the exit of the process reaches it.
//!
//! Use `atexit` instead: it re-exports everything here, adds the attribute `#[atexit]`, and documents both. This crate
//! is separate so that the code to which the attribute expands has something to call.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod exit;
#[doc(hidden)]
pub mod expansion;
mod handler;
mod pending;
mod platform;
mod run;
#[cfg(all(any(unix, windows), feature = "signals"))]
mod signal;
#[cfg(all(not(any(unix, windows)), feature = "signals"))]
#[path = "signal/none.rs"]
mod signal;
mod startup;
mod state;

pub use api::exit::{exit, is_exiting, reason, set_deadline};
pub use api::guard::{Guard, guard};
pub use api::hooks::{install_exit_hook, install_panic_hook, set_failure_hook};
pub use api::inspect::{count, pending};
pub use api::install::install;
pub use api::lazy::Lazy;
pub use api::on_thread::{OnThread, on_thread};
pub use api::register::{Registration, register, register_with};
pub use api::run::run;
#[cfg(feature = "signals")]
pub use api::signals;
pub use api::unregister::{clear, unregister};
pub use handler::{Failure, Handler, HandlerInfo, Outcome};
pub use state::Reason;
