//! The runtime of the crate `atexit`: what is registered, in which order, and how the end of the process reaches it.
//!
//! Programs and libraries use `atexit`, which re-exports all of this beside the attribute `#[atexit]`, and where it is
//! explained. This crate stands by itself so that what the attribute expands to has something to call.

mod deadline;
mod declared;
mod end;
mod entry;
mod failure;
mod fork;
mod guard;
mod handler;
mod identity;
mod info;
mod pending;
mod places;
mod platform;
#[doc(hidden)]
pub mod private;
mod process;
mod register;
mod registry;
#[cfg(all(unix, feature = "signals"))]
pub mod signals;
mod state;
mod thread;
mod trace;

pub use deadline::set_deadline;
pub use end::{exit, is_exiting};
pub use failure::{Failure, set_failure_hook};
pub use guard::{Guard, guard};
pub use handler::{Handler, Outcome};
pub use info::HandlerInfo;
pub use process::{clear, count, pending, run, unregister};
pub use register::{Registration, register, register_with};
