//! By unwinding.

use std::ffi::{c_int, c_void};

unsafe extern "C" {
    // By the Itanium C++ ABI, "Exception Handling", level I, and what GCC and LLVM add to it. Rust's standard library
    // is linked with it.
    fn _Unwind_Backtrace(look: extern "C" fn(*mut c_void, *mut c_void) -> c_int, argument: *mut c_void) -> c_int;
    fn _Unwind_GetIP(frame: *mut c_void) -> usize;
    safe fn _Unwind_FindEnclosingFunction(address: *mut c_void) -> *mut c_void;
}

struct Search {
    function: *const c_void,
    is_found: bool,
}

/// Whether the function has been called on this thread, and hasn't returned. Not known if it has called code without
/// tables for unwinding, which compilers emit by default on most systems.
pub(in super::super) fn has(function: *const c_void) -> bool {
    extern "C" fn look(frame: *mut c_void, search: *mut c_void) -> c_int {
        const GO_ON: c_int = 0;
        const STOP: c_int = 4;
        // SAFETY: this is a frame, and the `Search` below.
        let (address, search) = unsafe { (_Unwind_GetIP(frame), &mut *search.cast::<Search>()) };
        // A function that never returns may end with the call, and its return address be that of the next one. GCC's
        // and LLVM's look for the instruction before the address.
        let enclosing = _Unwind_FindEnclosingFunction(address as *mut c_void);
        search.is_found = std::ptr::eq(enclosing, search.function);
        if search.is_found { STOP } else { GO_ON }
    }
    let mut search = Search { function, is_found: false };
    // SAFETY: `look` takes what is passed here, and doesn't unwind.
    unsafe { _Unwind_Backtrace(look, (&raw mut search).cast()) };
    search.is_found
}
