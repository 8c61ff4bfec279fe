//! By reading it, word by word. On 32-bit ARM compilers emit tables for unwinding only if they are asked to, and most C
//! libraries don't ask: unwinding ends at the first function of C.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr;

/// Whether the function, which never returns, has been called on this thread. It is at most 32 bytes long. (glibc's
/// `exit` has 20 in Debian 12 and 13.)
///
/// What is looked for is an address in it to return to. If code before it has left one on the stack that nothing has
/// overwritten since, that is taken for a call. None is found on another stack than the thread's own, as that of a
/// coroutine or one for signals.
#[inline(never)]
pub(in super::super) fn has(function: *const c_void) -> bool {
    const LENGTH: usize = 32;
    // In Thumb code the lowest bit of an address is set.
    let begin = function.addr() & !1;
    let lowest = (&raw const begin).expose_provenance();
    let Some(stack) = stack().filter(|stack| stack.contains(&lowest)) else { return false };
    (lowest..stack.end).step_by(size_of::<usize>()).any(|place| {
        // SAFETY: this word is between this frame, which is on the stack, and the end of that, so it can be read,
        // whatever it is. It belongs to no object that Rust knows here.
        let word = unsafe { ptr::with_exposed_provenance::<usize>(place).read_volatile() } & !1;
        // The last instruction may be the one that calls, so the end is in it.
        begin < word && word <= begin.wrapping_add(LENGTH)
    })
}

/// Where this thread's stack is. It ends above its first frame. Not known of the main thread if no file can be opened,
/// since the C library reads `/proc/self/maps`.
fn stack() -> Option<Range<usize>> {
    const SUCCESS: c_int = 0;
    let mut attributes = MaybeUninit::uninit();
    let (mut lowest, mut size) = (ptr::null_mut(), 0);
    // SAFETY: the attributes are made before they are read, and destroyed after that.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != SUCCESS {
            return None;
        }
        let is_known = libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut lowest, &raw mut size) == SUCCESS;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        is_known.then(|| lowest.addr()..lowest.addr().wrapping_add(size))
    }
}
