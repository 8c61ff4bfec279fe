//! What is done once, before `main`, and what is done by the program's finalizers.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::{self, fork, trace};
use crate::state;

/// Makes sure that the slot below all others is taken and that forks are provided for: before `main`, and where
/// constructors don't run, at the first registration.
#[inline]
pub(crate) fn arm() {
    // Acquire and release: who sees this sees that the base is placed, too.
    if !ARMED.load(Ordering::Acquire) {
        arm_now();
    }
}

static ARMED: AtomicBool = AtomicBool::new(false);

#[cold]
fn arm_now() {
    state::prepare();
    let (state, is_over) = state::wait_for_placing(state::lock());
    if !is_over || ARMED.load(Ordering::Relaxed) {
        return;
    }
    let arm_alone = || {
        fork::prepare();
        exit::place_base();
        ARMED.store(true, Ordering::Release);
    };
    drop(state::while_placing(state, arm_alone));
    // Last, since it allocates: an allocator of the program's may register meanwhile, and finds all else done.
    trace::arm();
}

ctor::declarative::ctor! {
    /// Takes our slot in the C runtime's list before `main` does anything.
    #[ctor(unsafe)]
    fn constructor() {
        arm();
    }
}

/// Called by the C runtime after the whole list of what it calls at exit; and, when the library that this code is
/// part of is unloaded, before the library's part of that list: compilers put the entry that goes through it first
/// into this section, and the section is called from its end to its beginning (`__do_global_dtors_aux` in GCC's
/// `crtstuff.c`).
#[cfg(not(any(windows, target_vendor = "apple", target_family = "wasm", miri)))]
#[used]
#[unsafe(link_section = ".fini_array")]
static FINALIZER: extern "C" fn() = exit::finalize;

/// Elsewhere nobody calls it.
#[cfg(any(windows, target_vendor = "apple", target_family = "wasm", miri))]
const _: extern "C" fn() = exit::finalize;
