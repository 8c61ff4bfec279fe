//! Which object - executable or library - an address is part of.

/// What the loader tells of one.
#[derive(Clone, Copy)]
pub(super) struct Object {
    begin: usize,
    end: usize,
    pub(super) is_executable: bool,
}

impl Object {
    pub(super) fn contains(self, address: usize) -> bool {
        (self.begin..self.end).contains(&address)
    }
}

/// The one that this code is part of.
pub(super) fn here() -> Option<Object> {
    of((&raw const super::HERE).addr())
}

pub(super) use imp::{keep_loaded, of};

/// ELF systems whose loader lists its objects. It takes a lock for that, but not the one that is held while an object's
/// constructors or destructors run.
#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
))]
mod imp {
    use std::ffi::{CStr, c_int, c_void};
    #[cfg(not(target_feature = "crt-static"))]
    use std::mem;

    use super::Object;

    struct Search {
        address: usize,
        /// How many objects came before.
        count: usize,
        found: Option<Object>,
    }

    /// The one that the address is part of.
    pub(in super::super) fn of(address: usize) -> Option<Object> {
        let mut search = Search { address, count: 0, found: None };
        // SAFETY: `look` takes what is passed here, and doesn't unwind.
        unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut search).cast()) };
        search.found
    }

    #[allow(clippy::cast_possible_truncation, reason = "what the loader tells is as wide as an address")]
    extern "C" fn look(object: *mut libc::dl_phdr_info, _size: usize, search: *mut c_void) -> c_int {
        /// As ELF has it. (`libc` lacks it for NetBSD.)
        const PT_LOAD: u32 = 1;
        // SAFETY: the loader passes an object with so many headers, and `search` is the one above.
        let (object, search) = unsafe { (&*object, &mut *search.cast::<Search>()) };
        // SAFETY: as above.
        let headers = unsafe { std::slice::from_raw_parts(object.dlpi_phdr, usize::from(object.dlpi_phnum)) };
        let mut here = Object { begin: usize::MAX, end: 0, is_executable: false };
        for header in headers.iter().filter(|header| header.p_type == PT_LOAD) {
            let begin = (object.dlpi_addr as usize).wrapping_add(header.p_vaddr as usize);
            here.begin = here.begin.min(begin);
            here.end = here.end.max(begin.wrapping_add(header.p_memsz as usize));
        }
        if !here.contains(search.address) {
            search.count += 1;
            return 0;
        }
        here.is_executable = is_executable(object, search.count);
        search.found = Some(here);
        // The others don't matter.
        1
    }

    /// Android's loader lists itself first.
    #[cfg(target_os = "android")]
    fn is_executable(object: &libc::dl_phdr_info, _count: usize) -> bool {
        // SAFETY: it only asks.
        object.dlpi_phdr.addr() == unsafe { libc::getauxval(libc::AT_PHDR) } as usize
    }

    /// The loader lists the executable first (`dl_iterate_phdr(3)`). But glibc lists only the objects of the caller's
    /// namespace (`dlmopen(3)`), and only the first namespace has the executable: it alone has no name.
    #[cfg(not(target_os = "android"))]
    fn is_executable(object: &libc::dl_phdr_info, count: usize) -> bool {
        let is_glibc = cfg!(all(target_os = "linux", target_env = "gnu"));
        // SAFETY: the loader passes a string, or nothing.
        let is_without_name = || object.dlpi_name.is_null() || unsafe { CStr::from_ptr(object.dlpi_name) }.is_empty();
        count == 0 && (!is_glibc || is_without_name())
    }

    /// A program that is linked statically loads nothing.
    #[cfg(target_feature = "crt-static")]
    pub(in super::super) fn keep_loaded(_address: usize) {}

    /// Keeps it from being unloaded. Waits for the loader's lock, which a thread holds while it runs the constructors
    /// and destructors of an object: so this is called only where something is set up, and with no lock of ours.
    #[cfg(not(target_feature = "crt-static"))]
    pub(in super::super) fn keep_loaded(address: usize) {
        #[cfg(not(target_os = "netbsd"))]
        use libc::RTLD_NODELETE;
        /// As NetBSD's `dlfcn.h` has it (1.26). (`libc` lacks it.)
        #[cfg(target_os = "netbsd")]
        const RTLD_NODELETE: c_int = 0x1000;
        // SAFETY: zeroes are a valid `Dl_info`, to be written over. Its name stays as long as the object, which doesn't
        // go while this code, or what called it, is part of it. What `dlopen` gives is never closed.
        unsafe {
            let mut object: libc::Dl_info = mem::zeroed();
            if libc::dladdr(address as *const c_void, &raw mut object) != 0 && !object.dli_fname.is_null() {
                libc::dlopen(object.dli_fname, libc::RTLD_LAZY | libc::RTLD_NOLOAD | RTLD_NODELETE);
            }
        }
    }
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
)))]
mod imp {
    use super::Object;

    /// Not known.
    pub(in super::super) fn of(_address: usize) -> Option<Object> {
        None
    }

    pub(in super::super) fn keep_loaded(_address: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn an_address_is_part_of_one_object() {
        static IN_THE_TEST: u8 = 0;
        let here = of((&raw const IN_THE_TEST).addr()).unwrap();
        assert!(here.is_executable && super::here().unwrap().contains((&raw const IN_THE_TEST).addr()));
        let local = 0_u8;
        assert!(of((&raw const local).addr()).is_none_or(|object| object.is_executable));
        let of_libc = of(libc::getpid as *const () as usize).unwrap();
        assert!(!of_libc.is_executable || cfg!(target_feature = "crt-static"));
    }
}
