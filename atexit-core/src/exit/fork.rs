//! What is done around `fork`.
//!
//! The child of a fork has one thread, and a lock that another thread held stays locked in it forever. So all our
//! locks are held while the process forks, and released on both sides. That holds for the C runtime's lock on its list,
//! too, where slots are taken under a lock of ours. The child inherits what is pending, as it inherits the C runtime's
//! list.

use std::cell::UnsafeCell;
use std::sync::MutexGuard;

use crate::handler::{self, Hook};
use crate::platform::{C, CRuntime};
use crate::state::{self, Locked};

/// Arranges it, once.
pub(crate) fn prepare() {
    C::around_fork(before, after_in_parent, after_in_child);
}

/// All our locks, in the order in which they are locked.
struct Locks {
    #[cfg(all(unix, feature = "signals"))]
    _signals: MutexGuard<'static, ()>,
    state: Locked,
    _hook: MutexGuard<'static, Option<Hook>>,
}

impl Locks {
    fn lock() -> Self {
        #[cfg(all(unix, feature = "signals"))]
        let signals = crate::signals::lock();
        let (state, _) = state::wait_for_placing(state::lock());
        Self {
            #[cfg(all(unix, feature = "signals"))]
            _signals: signals,
            state,
            _hook: handler::lock_hook(),
        }
    }
}

/// Where the thread that forks leaves the locks meanwhile.
struct Held(UnsafeCell<Option<Locks>>);

// SAFETY: the cell is used by a thread only while it holds the lock on the state, and by the same thread until it lets
// go of it: `fork` calls all three functions on the thread that forks.
unsafe impl Sync for Held {}

static HELD: Held = Held(UnsafeCell::new(None));

extern "C" fn before() {
    let locks = Locks::lock();
    // SAFETY: this thread holds the lock on the state, so no other thread is between `before` and `after`.
    unsafe { *HELD.0.get() = Some(locks) };
}

fn release() -> Option<Locks> {
    // SAFETY: this thread holds the lock on the state since `before`.
    unsafe { (*HELD.0.get()).take() }
}

extern "C" fn after_in_parent() {
    drop(release());
}

extern "C" fn after_in_child() {
    let Some(mut locks) = release() else { return };
    #[cfg(all(unix, feature = "signals"))]
    crate::signals::forget_those_of_the_parent();
    locks.state.forget_other_threads();
}
