//! The library, and handlers for it.

use std::env;
use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::mem;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::{FreeLibrary, HMODULE};
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleA, GetProcAddress, LoadLibraryA};
use windows_sys::Win32::System::Threading::GetCurrentThreadId;

pub(crate) fn put(letter: char) {
    const STDOUT: c_int = 1;
    let byte = letter as u8;
    // SAFETY: the pointer is that of one byte.
    unsafe { libc::write(STDOUT, (&raw const byte).cast(), 1) };
}

/// The fixture's library while it is loaded. `handlers.h` says what its functions do.
#[derive(Clone, Copy)]
pub(crate) struct Library(usize);

impl Library {
    /// Cargo puts it beside the tests.
    fn file() -> PathBuf {
        env::current_exe().expect("this binary has a path").with_file_name("handlers.dll")
    }

    fn name() -> CString {
        CString::new(Self::file().into_os_string().into_encoded_bytes()).expect("a file's name holds no null")
    }

    pub(crate) fn load() -> Self {
        // SAFETY: the library's constructors may be called at any time.
        let module = unsafe { LoadLibraryA(Self::name().as_ptr().cast()) };
        assert!(!module.is_null(), "{}", std::io::Error::last_os_error());
        Self(module as usize)
    }

    fn module(self) -> HMODULE {
        self.0 as HMODULE
    }

    pub(crate) fn unload(self) {
        self.free();
        assert!(!Self::is_loaded(), "it is still loaded");
    }

    /// The same where something else may keep it.
    pub(crate) fn free(self) {
        put('(');
        // SAFETY: nobody uses the library from here on, unless it is still loaded.
        assert_ne!(unsafe { FreeLibrary(self.module()) }, 0);
        put(')');
    }

    pub(crate) fn is_loaded() -> bool {
        // SAFETY: it only asks.
        !unsafe { GetModuleHandleA(Self::name().as_ptr().cast()) }.is_null()
    }

    /// A function of the library.
    ///
    /// # Safety
    ///
    /// `F` is its type in `handlers.h`.
    unsafe fn find<F>(self, name: &CStr) -> F {
        // SAFETY: the library is loaded.
        let function = unsafe { GetProcAddress(self.module(), name.as_ptr().cast()) };
        let function = function.unwrap_or_else(|| panic!("the library has {name:?}"));
        // SAFETY: both are functions, and the type is right as the caller promises.
        unsafe { mem::transmute_copy(&function) }
    }

    pub(crate) fn letters(self, letters: &str) {
        // SAFETY: that is its type.
        let letter: extern "C" fn(c_char) = unsafe { self.find(c"atexit_letter") };
        letters.bytes().for_each(|byte| letter(c_char::from_ne_bytes([byte])));
    }

    pub(crate) fn call(self, function: extern "C" fn()) {
        // SAFETY: that is its type.
        let call: extern "C" fn(extern "C" fn()) = unsafe { self.find(c"atexit_call") };
        call(function);
    }

    pub(crate) fn call_on_thread(self, function: extern "C" fn()) {
        // SAFETY: that is its type.
        let call: extern "C" fn(extern "C" fn()) = unsafe { self.find(c"atexit_call_on_thread") };
        call(function);
    }

    pub(crate) fn write_reason(self) {
        // SAFETY: that is its type.
        let write_reason: extern "C" fn() = unsafe { self.find(c"atexit_write_reason") };
        write_reason();
    }

    pub(crate) fn panic(self) {
        // SAFETY: that is its type.
        let panic: extern "C" fn() = unsafe { self.find(c"atexit_panic") };
        panic();
    }

    pub(crate) fn use_lazy(self) {
        // SAFETY: that is its type.
        let use_lazy: extern "C" fn() = unsafe { self.find(c"atexit_use_lazy") };
        use_lazy();
    }

    pub(crate) fn set_deadline(self, milliseconds: c_uint) {
        // SAFETY: that is its type.
        let set: extern "C" fn(c_uint) = unsafe { self.find(c"atexit_deadline") };
        set(milliseconds);
    }

    pub(crate) fn install_signals(self) -> bool {
        // SAFETY: that is its type.
        let install: extern "C" fn() -> bool = unsafe { self.find(c"atexit_install_signals") };
        install()
    }

    pub(crate) fn install_exit_hook(self) -> bool {
        // SAFETY: that is its type.
        let install: extern "C" fn() -> bool = unsafe { self.find(c"atexit_install_exit_hook") };
        install()
    }

    pub(crate) fn process_exit(self, status: c_int) -> ! {
        // SAFETY: that is its type.
        let exit: extern "C" fn(c_int) -> ! = unsafe { self.find(c"atexit_process_exit") };
        exit(status)
    }

    pub(crate) fn run(self) {
        // SAFETY: that is its type.
        let run: extern "C" fn() = unsafe { self.find(c"atexit_run") };
        run();
    }

    pub(crate) fn count(self) -> extern "C" fn() -> usize {
        // SAFETY: that is its type.
        unsafe { self.find(c"atexit_count") }
    }

    pub(crate) fn exit(self, status: c_int) -> ! {
        // SAFETY: that is its type.
        let exit: extern "C" fn(c_int) -> ! = unsafe { self.find(c"atexit_exit") };
        exit(status)
    }

    /// The library, which is loaded.
    fn loaded() -> Self {
        // SAFETY: it only asks.
        Self(unsafe { GetModuleHandleA(Self::name().as_ptr().cast()) } as usize)
    }
}

/// The library, with a handler for each letter beside its annotated ones.
pub(crate) fn with_letters(letters: &str) -> Library {
    let library = Library::load();
    library.letters(letters);
    library
}

pub(crate) extern "C" fn exits_with_5() {
    Library::loaded().exit(5);
}

/// The program's own call.
pub(crate) extern "C" fn calls_process_exit_6() {
    std::process::exit(6);
}

pub(crate) extern "C" fn registers() {
    put('[');
    Library::loaded().letters("xy");
    put(']');
}

/// The handler below has written its letter, and waits.
pub(crate) static WAITS: AtomicBool = AtomicBool::new(false);

pub(crate) extern "C" fn waits_for_ever() {
    put('w');
    WAITS.store(true, Relaxed);
    loop {
        thread::sleep(Duration::from_secs(60));
    }
}

pub(crate) extern "C" fn says_whether_the_thread_is_main() {
    // SAFETY: it only asks.
    put(if MAIN.load(Relaxed) == unsafe { GetCurrentThreadId() } { 'o' } else { '!' });
}

static MAIN: AtomicU32 = AtomicU32::new(0);

/// A library with a handler for a thread among others, which says whether it runs on this one.
pub(crate) fn on_this_thread() -> Library {
    // SAFETY: it only asks.
    MAIN.store(unsafe { GetCurrentThreadId() }, Relaxed);
    let library = with_letters("a");
    library.call_on_thread(says_whether_the_thread_is_main);
    library.letters("b");
    library
}
