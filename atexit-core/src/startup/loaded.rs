//! Keeping what has registered something loaded.
//!
//! A Rust `dylib` that this code is part of is shared by the program and its plugins. When a plugin is closed, the C
//! runtime tells those who have registered something under the plugin's own name, and this code registers under that of
//! the `dylib`. So a plugin that has registered something here stays loaded until the process ends.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use crate::platform::{C, CRuntime};

/// Keeps what the address is part of from being unloaded while this code stays. For a plugin, this waits for the
/// loader's lock, which a thread holds while it runs constructors or destructors; so no lock of ours may be held.
#[cold]
pub(crate) fn keep(address: usize) {
    /// What was looked at last. Not all addresses are remembered, since there are as many as types of handlers: to look
    /// twice only takes longer.
    static LOOKED_AT: [AtomicUsize; 8] = [const { AtomicUsize::new(0) }; 8];
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    if LOOKED_AT.iter().any(|looked_at| looked_at.load(Relaxed) == address) {
        return;
    }
    if C::is_foreign(address) {
        C::keep_loaded(address);
    }
    LOOKED_AT[NEXT.fetch_add(1, Relaxed) % LOOKED_AT.len()].store(address, Relaxed);
}
