//! The module that this code is part of, as the loader has mapped it: what it imports. The format is in Microsoft's
//! "PE Format".

use std::ffi::{CStr, c_char};

unsafe extern "C" {
    /// Made by the linker: where the module begins.
    static __ImageBase: u8;
}

/// Where it begins.
#[inline]
pub(super) fn base() -> *const u8 {
    &raw const __ImageBase
}

/// Whether it imports a function, from whatever DLL, whose name holds this.
#[inline]
pub(super) fn imports(part: &str) -> bool {
    const IMPORTS: u32 = if cfg!(target_pointer_width = "64") { 24 + 112 + 8 } else { 24 + 96 + 8 };
    const LENGTH: u32 = 20;
    const NAMES: u32 = 0;
    const DLL: u32 = 12;

    let header: u32 = read(0x3C);
    let imports: u32 = read(header + IMPORTS);
    if imports == 0 {
        return false;
    }
    let dlls = (imports..).step_by(LENGTH as usize).take_while(|&dll| read::<u32>(dll + DLL) != 0);
    dlls.map(|dll| read::<u32>(dll + NAMES)).any(|names| names != 0 && one_holds(names, part))
}

/// Whether one of the names in this list holds this.
#[inline]
fn one_holds(names: u32, part: &str) -> bool {
    #[allow(clippy::cast_possible_truncation, reason = "it is 4 or 8")]
    const LENGTH: usize = size_of::<usize>();
    let mut names = (names..).step_by(LENGTH).map(read::<usize>).take_while(|&name| name != 0);
    // Where the highest bit is set, the function has a number in place of a name.
    names.any(|name| {
        name.cast_signed() > 0 && name_at(name).to_bytes().windows(part.len()).any(|in_name| in_name == part.as_bytes())
    })
}

/// The name there, behind a hint of two bytes where to find it.
#[inline]
fn name_at(offset: usize) -> &'static CStr {
    // SAFETY: names end with a null, and stay there as long as the module, which this code is part of.
    unsafe { CStr::from_ptr(base().add(offset + 2).cast::<c_char>()) }
}

/// What is there.
#[inline]
fn read<T: Copy>(offset: u32) -> T {
    // SAFETY: the callers ask for numbers, at places where the format has them.
    unsafe { base().add(offset as usize).cast::<T>().read_unaligned() }
}
