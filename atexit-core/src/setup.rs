//! What is done once, before `main` or at the first registration.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::before_main;
use crate::exit::{self, fork, trace};
use crate::loaded;
use crate::platform::{C, CRuntime};
use crate::state;

/// Has everything set up that is set up once: before `main`, and where constructors don't run, at the first
/// registration. Called at each registration, with an address in the executable or library that registers: that stays
/// loaded if it could be unloaded before this code.
#[inline]
pub(crate) fn arm(address: impl FnOnce() -> usize) {
    // Acquire and release: who sees this sees that the base is placed, too.
    if ARMED.load(Ordering::Acquire) != IN_EXECUTABLE {
        arm_now(address());
    }
}

static ARMED: AtomicU8 = AtomicU8::new(NOT_YET);
const NOT_YET: u8 = 0;
/// Set up; this code is part of a library, which others may use that can be unloaded.
const IN_LIBRARY: u8 = 1;
/// Set up, and nothing else is to be done.
const IN_EXECUTABLE: u8 = 2;

#[cold]
fn arm_now(address: usize) {
    if ARMED.load(Ordering::Acquire) == NOT_YET {
        set_up();
    }
    if ARMED.load(Ordering::Relaxed) == IN_LIBRARY {
        loaded::keep(address);
    }
}

/// Takes the base before `main` does anything.
pub(crate) fn arm_before_main() {
    arm(|| (&raw const ARMED).addr());
}

/// Takes the base, provides for forks, and looks whether there is to be a trace.
fn set_up() {
    state::prepare();
    before_main::link();
    let armed = if C::is_in_executable() { IN_EXECUTABLE } else { IN_LIBRARY };
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
