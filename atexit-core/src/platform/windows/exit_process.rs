//! `ExitProcess`, by which `std::process::exit` ends the process: having something else called first.
//!
//! A module calls it through an import of its own: a pointer that the linker names and the loader sets, whatever import
//! library it came from. The hook is where that points then; where it pointed before is called next, be it the system's
//! function or the hook of another copy of this crate. Calls from other modules go through imports of theirs.
//!
//! All of this is `#[inline]`, and so part of the crate that asks for it: some linkers drop nothing from a file of
//! which they need anything.

use std::ffi::{CStr, c_char, c_void};
use std::io;
use std::mem;
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::super::AtProcessExit;
use super::{CRuntime, GetCurrentThreadId, Windows, image};

unsafe extern "C" {
    /// Not linked by name: the standard library has brought it. On i686 the name of a
    /// function says how many bytes it takes, and each name gets a further underscore, as this one.
    #[cfg_attr(target_arch = "x86", link_name = "_imp__ExitProcess@4")]
    #[cfg_attr(not(target_arch = "x86"), link_name = "__imp_ExitProcess")]
    static IMPORT: AtomicPtr<c_void>;
}

#[link(name = "kernel32")]
unsafe extern "system" {
    fn GetModuleHandleA(name: *const c_char) -> *mut c_void;
    fn GetProcAddress(module: *mut c_void, name: *const c_char) -> *mut c_void;
    fn VirtualQuery(address: *const c_void, pages: *mut Pages, length: usize) -> usize;
    fn VirtualProtect(address: *const c_void, length: usize, protection: u32, old: *mut u32) -> i32;
}

/// `MEMORY_BASIC_INFORMATION`.
#[repr(C)]
struct Pages {
    base: *mut c_void,
    allocation: *mut c_void,
    protection_of_allocation: u32,
    length: usize,
    state: u32,
    protection: u32,
    kind: u32,
}

const PAGE_READONLY: u32 = 0x02;
const PAGE_READWRITE: u32 = 0x04;
const PAGE_WRITECOPY: u32 = 0x08;

/// `RTL_CRITICAL_SECTION`, which Microsoft's headers show.
#[repr(C)]
struct CriticalSection {
    debug: *mut c_void,
    lock_count: i32,
    recursion_count: i32,
    owner: AtomicPtr<c_void>,
}

/// Where the import pointed; null until the hook is there.
static FOUND: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// The loader's lock, once [`FOUND`] isn't null.
static LOADER_LOCK: AtomicPtr<CriticalSection> = AtomicPtr::new(ptr::null_mut());

/// Has `H` called first from now on. A second call changes nothing.
#[inline]
pub(super) fn hook<H: AtProcessExit>() -> io::Result<()> {
    if cfg!(target_arch = "arm64ec") {
        // There the system rewrites imports, for code of two kinds.
        return Err(unsupported("on ARM64EC"));
    }
    if image::imports("3std7process4exit") {
        return Err(unsupported("where the standard library is a DLL, which has an import of its own"));
    }
    let system = System::find().ok_or_else(|| unsupported("by this system's ntdll"))?;
    // Asked for though the import mostly points there: where exports are suppressed (Control Flow Guard), the system
    // lets nobody call the function through a pointer before.
    // SAFETY: it only asks.
    unsafe { GetProcAddress(module(c"kernel32.dll"), c"ExitProcess".as_ptr()) };
    if put_in_place(&system, exit_process::<H>)? {
        return Ok(());
    }
    Err(unsupported("where the import shares pages with code"))
}

/// Has the import point to the hook, unless it did before. Says whether it does: not if its page holds code, too, which
/// other threads could not run meanwhile, unless that were made both writable and executable.
#[inline]
fn put_in_place(system: &System, hook: unsafe extern "system" fn(u32) -> !) -> io::Result<bool> {
    // Nothing here waits for the loader, or calls the program's allocator.
    let _lock = system.lock();
    if !FOUND.load(Relaxed).is_null() {
        return Ok(true);
    }
    LOADER_LOCK.store(system.loader_lock(), Relaxed);
    while_writable(|| {
        // SAFETY: the linker has made it, and it is writable.
        let import = unsafe { &IMPORT };
        FOUND.store(import.load(Relaxed), Release);
        import.store(hook as *mut c_void, Release);
    })
}

/// Called in place of `ExitProcess`, by any thread.
#[inline]
unsafe extern "system" fn exit_process<H: AtProcessExit>(code: u32) -> ! {
    let found = found();
    // Else the handlers would wait for threads that are gone, or for others that wait for the loader.
    if !Windows::has_ended_other_threads() && !holds_loader_lock() {
        H::called(code.cast_signed());
    }
    // SAFETY: that is where the import pointed, and so of this type. It is the system's or the hook of another copy,
    // which is part of this module, too.
    let found: unsafe extern "system" fn(u32) -> ! = unsafe { mem::transmute(found) };
    // SAFETY: it may be called at any time.
    unsafe { found(code) }
}

/// Where the import pointed. Who has come here has read the import without an order between that and this, but what is
/// read here was written before it: the loop ends as soon as this processor sees it.
#[inline]
fn found() -> *mut c_void {
    loop {
        let found = FOUND.load(Acquire);
        if !found.is_null() {
            return found;
        }
        std::hint::spin_loop();
    }
}

/// Whether this thread is in a `DllMain`, a destructor of a thread-local, or whatever else the loader calls.
#[inline]
fn holds_loader_lock() -> bool {
    // SAFETY: it was noted before `FOUND`, and stays as long as the process. Only this thread can make itself the
    // owner, or cease to be it.
    unsafe { &*LOADER_LOCK.load(Relaxed) }.owner.load(Relaxed).addr() == GetCurrentThreadId() as usize
}

/// Calls it while the import may be written to, and then protects that as before. Says whether it has: not if the page
/// is neither for reading nor for writing alone.
#[inline]
fn while_writable(write: impl FnOnce()) -> io::Result<bool> {
    let import = (&raw const IMPORT).cast::<c_void>();
    // SAFETY: the pages are there to be written; zeroes are a value of that type.
    let mut pages: Pages = unsafe { mem::zeroed() };
    // SAFETY: as before, with the right length.
    if unsafe { VirtualQuery(import, &raw mut pages, size_of::<Pages>()) } == 0 {
        return Err(io::Error::last_os_error());
    }
    match pages.protection {
        PAGE_READWRITE | PAGE_WRITECOPY => write(),
        PAGE_READONLY => {
            let protect = |protection| {
                // SAFETY: the page is read and written as before, and nobody relies on it not being writable.
                unsafe { VirtualProtect(import, size_of::<*mut c_void>(), protection, &mut 0) != 0 }
            };
            if !protect(PAGE_READWRITE) {
                return Err(io::Error::last_os_error());
            }
            write();
            // If it stays writable, all works as well.
            protect(PAGE_READONLY);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

#[inline]
fn unsupported(where_: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, format!("`ExitProcess` can't be hooked {where_}"))
}

/// The module of that name, which is loaded.
#[inline]
fn module(name: &CStr) -> *mut c_void {
    // SAFETY: it only asks.
    unsafe { GetModuleHandleA(name.as_ptr()) }
}

/// What is had of `ntdll`. None of that is documented, but each of these functions is exported since Windows XP, and
/// the place of the loader's lock is the same as long. Not linked, so that a program starts where one is missing.
struct System {
    /// Gives the process's environment block, which mostly consists of pointers.
    environment: Environment,
    lock: Call,
    unlock: Call,
}

type Environment = unsafe extern "system" fn() -> *const *mut CriticalSection;
type Call = unsafe extern "system" fn();

impl System {
    #[inline]
    fn find() -> Option<Self> {
        let ntdll = module(c"ntdll.dll");
        // SAFETY: it only asks.
        let find = |name: &CStr| unsafe { GetProcAddress(ntdll, name.as_ptr()) };
        let (environment, lock, unlock) =
            (find(c"RtlGetCurrentPeb"), find(c"RtlAcquirePebLock"), find(c"RtlReleasePebLock"));
        if environment.is_null() || lock.is_null() || unlock.is_null() {
            return None;
        }
        // SAFETY: these are their types, in wine and in ReactOS.
        unsafe {
            Some(Self {
                environment: mem::transmute::<*mut c_void, Environment>(environment),
                lock: mem::transmute::<*mut c_void, Call>(lock),
                unlock: mem::transmute::<*mut c_void, Call>(unlock),
            })
        }
    }

    /// Locks what all copies of this crate in the process have in common: two that change the page's protection at once
    /// would take each other's for the one to restore. The system takes this lock for its environment variables, and
    /// for as short a time; whoever holds it waits for nothing of ours.
    #[inline]
    fn lock(&self) -> impl Drop {
        struct Locked(Call);

        impl Drop for Locked {
            #[inline]
            fn drop(&mut self) {
                // SAFETY: this thread holds it.
                unsafe { (self.0)() };
            }
        }

        // SAFETY: it may be taken at any time.
        unsafe { (self.lock)() };
        Locked(self.unlock)
    }

    /// `LoaderLock` in the environment block.
    #[inline]
    fn loader_lock(&self) -> *mut CriticalSection {
        const INDEX: usize = if cfg!(target_pointer_width = "64") { 0x110 / 8 } else { 0xA0 / 4 };
        // SAFETY: the block is as long as the process, and what is there is such a pointer.
        unsafe { (self.environment)().add(INDEX).read() }
    }
}
