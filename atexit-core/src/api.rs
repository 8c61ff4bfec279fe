//! The public calls, with their documentation.

pub(crate) mod exit;
pub(crate) mod guard;
pub(crate) mod hooks;
pub(crate) mod inspect;
pub(crate) mod install;
pub(crate) mod lazy;
pub(crate) mod on_thread;
pub(crate) mod register;
pub(crate) mod run;
#[cfg(feature = "signals")]
pub mod signals;
pub(crate) mod unregister;
