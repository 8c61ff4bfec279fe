//! What is done once, before `main` or at the first registration.

use std::sync::atomic::{AtomicU8, Ordering};

use super::{fork, loaded};
use crate::platform::{C, CRuntime};
use crate::run::trace;
use crate::{exit, state};

static ARMED: AtomicU8 = AtomicU8::new(NOT_YET);
const NOT_YET: u8 = 0;
/// Set up; this code is part of a library, which others may use that can be unloaded.
const IN_LIBRARY: u8 = 1;
/// Set up, and nothing else is to be done.
const IN_EXECUTABLE: u8 = 2;

/// Whether nothing is to be done any more.
#[inline]
pub(super) fn is_done() -> bool {
    // Acquire and release: who sees this sees that the base is placed, too.
    ARMED.load(Ordering::Acquire) == IN_EXECUTABLE
}

/// Sets everything up that is not yet, and keeps loaded what the address is part of.
pub(super) fn set_up(address: usize) {
    if ARMED.load(Ordering::Acquire) == NOT_YET {
        set_up_once();
    }
    if ARMED.load(Ordering::Relaxed) == IN_LIBRARY {
        loaded::keep(address);
    }
}

/// Takes the base before `main` does anything.
pub(super) fn set_up_before_main() {
    set_up((&raw const ARMED).addr());
}

/// Takes the base, provides for forks, and looks whether there is to be a trace.
fn set_up_once() {
    state::prepare();
    let armed = if C::is_in_executable() { IN_EXECUTABLE } else { IN_LIBRARY };
    if C::UNLOADING_SKIPS_SLOTS {
        // Before there is a slot. Waits for the loader's lock, without one of ours: other threads hold it only while
        // the loader itself works, which lets go of it to call constructors and destructors (`rtld.c` of NetBSD).
        C::stay_loaded();
    }
    let (state, is_over) = state::wait_for_asking(state::lock());
    if !is_over || ARMED.load(Ordering::Relaxed) != NOT_YET {
        // Another thread does it, or has done it.
        return;
    }
    let set_up_alone = || {
        fork::call_around();
        exit::place_base();
        ARMED.store(armed, Ordering::Release);
    };
    drop(state::while_asking_c(state, set_up_alone));
    // Last, since it allocates: an allocator of the program's may register meanwhile, and finds all else done.
    trace::read_environment();
}
