//! What is done once, before `main` or at the first registration; what the C runtime calls before `main` and after
//! everything; and what is done around a fork.

mod before_main;
mod fork;
pub(crate) mod loaded;
mod setup;

pub(crate) use before_main::link;
pub use before_main::{Collected, call_before_main};

/// Sets up everything that is set up once: before `main`, and where constructors don't run, at the first
/// registration. Called at each registration, with an address in the executable or library that registers: that stays
/// loaded if it could be unloaded before this code.
#[inline]
pub(crate) fn arm(address: impl FnOnce() -> usize) {
    if !setup::is_done() {
        arm_now(address());
    }
}

#[cold]
fn arm_now(address: usize) {
    link();
    setup::set_up(address);
}
