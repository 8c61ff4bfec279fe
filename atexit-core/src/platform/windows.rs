//! Windows: the C runtime's `atexit`.
//!
//! Executables and DLLs have lists of their own. An executable's is gone through by C's `exit`, and so when `main`
//! returns, a DLL's in its `DllMain`, under the loader's lock: when it is unloaded, and when the process ends. At the
//! end of the process, whatever way it was ended, `ExitProcess` has ended all other threads before that.

mod exit_process;
mod image;

use std::ffi::c_void;
use std::fs::File;
use std::io::{self, Write as _};
use std::mem::ManuallyDrop;
use std::os::windows::io::{AsRawHandle, FromRawHandle};
use std::ptr;
use std::time::Duration;

use super::{AtProcessExit, AtSlot, CRuntime, std_thread};

pub(crate) enum Windows {}

/// `STATUS_CONTROL_C_EXIT`, with which a process ends by a console event: by each of them, as
/// `DefaultConsoleCtrlHandler` in `ReactOS` shows.
pub(crate) const CONTROL_C_EXIT: i32 = i32::from_ne_bytes(0xC000_013A_u32.to_ne_bytes());

#[link(name = "kernel32")]
unsafe extern "system" {
    safe fn GetCurrentProcess() -> *mut c_void;
    safe fn GetCurrentThreadId() -> u32;
    fn GetModuleHandleW(name: *const u16) -> *mut c_void;
    fn TerminateProcess(process: *mut c_void, code: u32) -> i32;
    fn QueryPerformanceFrequency(frequency: *mut u64) -> i32;
    fn QueryPerformanceCounter(count: *mut u64) -> i32;
    fn GetConsoleMode(handle: *mut c_void, mode: *mut u32) -> i32;
    fn WriteConsoleW(handle: *mut c_void, text: *const u16, length: u32, written: *mut u32, _: *mut c_void) -> i32;
}

#[link(name = "ntdll")]
unsafe extern "system" {
    /// Not documented, but exported by every Windows and wine, and used by Microsoft's own WIL for this purpose
    /// (`wil::ProcessShutdownInProgress`).
    safe fn RtlDllShutdownInProgress() -> u8;
}

impl CRuntime for Windows {
    /// Not known of each C runtime; msvcrt under wine loses them.
    const COMES_TO_LATE_SLOTS: bool = false;

    /// `std::process::exit` is `ExitProcess`, which runs the handlers of libraries only.
    const EXIT_REACHES_SLOTS: bool = false;

    /// The C runtime's `exit` and `atexit` take one lock.
    const LOCKS_LIST_WHILE_EXITING: bool = true;

    const LIBRARIES_HAVE_LISTS: bool = true;

    fn is_in_executable() -> bool {
        // SAFETY: the address is only compared. A null pointer stands for the executable.
        unsafe { GetModuleHandleW(ptr::null()).cast_const().cast() == image::base() }
    }

    fn has_ended_other_threads() -> bool {
        RtlDllShutdownInProgress() != 0
    }

    fn clock() -> Duration {
        let (mut frequency, mut count) = (0, 0);
        // SAFETY: both are there to be written.
        unsafe {
            QueryPerformanceFrequency(&raw mut frequency);
            QueryPerformanceCounter(&raw mut count);
        }
        let (frequency, count) = (frequency.max(1), count);
        Duration::from_secs(count / frequency) + Duration::from_nanos(count % frequency * 1_000_000_000 / frequency)
    }

    /// To the handle itself, whatever Rust's lock on it. What a console is given has to be UTF-16.
    fn write_error(line: &[u8]) {
        let handle = io::stderr().as_raw_handle();
        let mut mode = 0;
        // SAFETY: `mode` is there to be written; a handle that is none is an error.
        if unsafe { GetConsoleMode(handle, &raw mut mode) } != 0 {
            let text: Vec<u16> = String::from_utf8_lossy(line).encode_utf16().collect();
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            // SAFETY: so many units are there to be read.
            unsafe { WriteConsoleW(handle, text.as_ptr(), length, &mut 0, ptr::null_mut()) };
        } else if !handle.is_null() {
            // SAFETY: the handle is not closed here.
            let mut file = unsafe { ManuallyDrop::new(File::from_raw_handle(handle)) };
            let _ = file.write_all(line);
        }
    }

    fn take_slot<S: AtSlot>() -> bool {
        extern "C" fn call<S: AtSlot>() {
            S::reached(None);
        }
        // SAFETY: the function never unwinds.
        unsafe { libc::atexit(call::<S>) == 0 }
    }

    #[inline]
    fn hook_process_exit<H: AtProcessExit>() -> io::Result<()> {
        exit_process::hook::<H>()
    }

    fn flush_streams() {
        // SAFETY: a null pointer stands for all streams.
        unsafe { libc::fflush(std::ptr::null_mut()) };
    }

    fn exit_at_once(code: i32) -> ! {
        // A thread that was ended may have held a stream's lock.
        if !Self::has_ended_other_threads() {
            Self::flush_streams();
        }
        std::process::exit(code)
    }

    #[allow(clippy::cast_sign_loss, reason = "a status is a number of 32 bits, with a sign or without")]
    fn end_now(code: i32) -> ! {
        // `ExitProcess` would wait for locks that a handler may hold.
        // SAFETY: the process may end itself.
        unsafe { TerminateProcess(GetCurrentProcess(), code as u32) };
        std::process::abort()
    }

    fn end_by_signal(_event: i32) -> ! {
        Self::end_now(CONTROL_C_EXIT)
    }

    /// Some targets have thread-locals by allocating them, and lose them when a DLL is unloaded.
    #[inline]
    fn thread_number() -> usize {
        GetCurrentThreadId() as usize
    }

    type RawThread = std_thread::RawThread;

    fn start_thread(body: fn()) -> Option<Self::RawThread> {
        std_thread::start(body)
    }

    fn join_thread(thread: Self::RawThread) {
        std_thread::join(thread);
    }
}
