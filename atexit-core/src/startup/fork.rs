//! What is done around `fork`.
//!
//! The child inherits what is pending, as it inherits the C runtime's list. It has one thread, and a lock that another
//! thread held stays locked in it forever. [`Lock`](crate::platform::Lock) says how ours don't, and why none is held
//! while code of others runs. We don't leave the C runtime's list locked in the child either: slots are taken under a
//! lock of ours, or [`before`] waits for the thread that takes one.

use crate::platform::{C, CRuntime, Shared};
#[cfg(all(unix, feature = "signals"))]
use crate::signal::{self, Installing};
use crate::state::{self, State};

/// Registers the functions below, to be called around every `fork`. Called once.
pub(crate) fn call_around() {
    C::around_fork(before, after_in_parent, after_in_child);
}

/// Notes in all our locks that this thread forks, in the order in which they are locked.
extern "C" fn before() {
    #[cfg(all(unix, feature = "signals"))]
    Installing::place().begin_fork(signal::lock());
    State::place().let_others_go_on();
    // For the thread that takes a slot. Where C's `atexit` may wait for the exit, this is bounded, and the child then
    // does without C's `exit`: see `forget_other_threads`.
    let (state, _) = state::wait_for_asking(state::lock());
    State::place().begin_fork(state);
}

extern "C" fn after_in_parent() {
    State::place().end_fork_in_parent();
    #[cfg(all(unix, feature = "signals"))]
    Installing::place().end_fork_in_parent();
}

extern "C" fn after_in_child() {
    State::place().end_fork_in_child();
    #[cfg(all(unix, feature = "signals"))]
    {
        Installing::place().end_fork_in_child();
        signal::forget_those_of_the_parent();
    }
    state::lock().forget_other_threads();
}
