//! Console events, which Windows has in place of signals.
//!
//! Windows calls [`receive`] on a thread that it starts for the event. The handlers run on another, which was started
//! when the first event was installed: while such a call lasts, no second event gets through. (`CtrlRoutine` in wine 8
//! and `ConsoleControlDispatcher` in `ReactOS` hold a lock meanwhile, which `SetConsoleCtrlHandler` takes, too.)

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU8};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use std::{io, ptr};

use windows_sys::Win32::System::Console::{self, SetConsoleCtrlHandler};
use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};
use windows_sys::core::BOOL;

use crate::platform::{C, CONTROL_C_EXIT, CRuntime, bounds};
use crate::state;

/// Ctrl-C was typed, or another process sent it.
pub const CTRL_C_EVENT: i32 = number(Console::CTRL_C_EVENT);
/// Ctrl-Break was typed, or another process sent it.
pub const CTRL_BREAK_EVENT: i32 = number(Console::CTRL_BREAK_EVENT);
/// The console is being closed, or the Task Manager ends the process.
pub const CTRL_CLOSE_EVENT: i32 = number(Console::CTRL_CLOSE_EVENT);
/// A user is logging off. Only services receive it, and go on by default.
pub const CTRL_LOGOFF_EVENT: i32 = number(Console::CTRL_LOGOFF_EVENT);
/// The system is shutting down. Only services receive it.
pub const CTRL_SHUTDOWN_EVENT: i32 = number(Console::CTRL_SHUTDOWN_EVENT);

/// Those that [`install`](super::install()) is for: all that end a process by default.
pub(crate) const DEFAULT: &[i32] = &[CTRL_C_EVENT, CTRL_BREAK_EVENT, CTRL_CLOSE_EVENT, CTRL_SHUTDOWN_EVENT];

#[allow(clippy::cast_possible_wrap, reason = "the numbers are small")]
const fn number(event: u32) -> i32 {
    event as i32
}

/// The events that are installed: a bit for each.
static INSTALLED: AtomicU8 = AtomicU8::new(0);

/// The first event that came.
static FIRST: Mutex<Option<First>> = Mutex::new(None);

/// Told when the first has come.
static CAME: Condvar = Condvar::new();

struct First {
    event: i32,
    came: Instant,
    /// Whether the thread that waits has seen it. From then on a later one ends the process.
    is_seen: bool,
}

fn is_event(number: i32) -> bool {
    number == CTRL_LOGOFF_EVENT || DEFAULT.contains(&number)
}

/// Refuses what is no event.
pub(super) fn check(event: i32) -> io::Result<()> {
    if is_event(event) {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{event} is not the number of a console event")))
}

/// Receives the event from now on.
pub(super) fn install(event: i32) -> io::Result<()> {
    static IS_WAITED_FOR: AtomicBool = AtomicBool::new(false);
    static IS_RECEIVED: AtomicBool = AtomicBool::new(false);

    // One thread installs at a time. The thread that waits is there first, so that no event is lost.
    if !IS_WAITED_FOR.load(Relaxed) {
        super::start_thread()?;
        IS_WAITED_FOR.store(true, Relaxed);
    }
    if !IS_RECEIVED.load(Relaxed) {
        // SAFETY: `receive` may be called on any thread, and doesn't unwind.
        if unsafe { SetConsoleCtrlHandler(Some(receive), 1) } == 0 {
            return Err(io::Error::last_os_error());
        }
        IS_RECEIVED.store(true, Relaxed);
    }
    INSTALLED.fetch_or(1 << event, Relaxed);
    Ok(())
}

/// Keeps the DLL that this code is part of from being unloaded: Windows and the thread that waits go on calling it.
pub(super) fn stay_loaded() -> io::Result<()> {
    const FLAGS: u32 = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;

    static HERE: u8 = 0;
    let mut module = ptr::null_mut();
    // SAFETY: with these flags the address is one in the module, not that of a name; `module` is there to be written.
    if unsafe { GetModuleHandleExW(FLAGS, (&raw const HERE).cast(), &raw mut module) } == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Waits for the first event: forever, if none comes. Nobody waits for the thread that does.
pub(super) fn wait() -> i32 {
    let mut first = first();
    loop {
        if let Some(first) = &mut *first {
            first.is_seen = true;
            return first.event;
        }
        first = CAME.wait(first).unwrap_or_else(PoisonError::into_inner);
    }
}

/// Ends the process by the event, after all handlers have run: as by default, by `ExitProcess`, which lets DLLs run
/// theirs.
pub(super) fn end(_event: i32) {
    std::process::exit(CONTROL_C_EXIT)
}

/// Locks it: no thread waits for anything else while it has.
fn first() -> MutexGuard<'static, Option<First>> {
    FIRST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Called by Windows: says whether the event is dealt with. If not, Windows calls the handler that was set before.
unsafe extern "system" fn receive(event: u32) -> BOOL {
    let event = number(event);
    if !is_event(event) || INSTALLED.load(Relaxed) & (1 << event) == 0 {
        return 0;
    }
    let mut first = first();
    match &*first {
        None => {
            *first = Some(First { event, came: Instant::now(), is_seen: false });
            CAME.notify_one();
        }
        Some(first) if first.is_seen && first.came.elapsed() >= bounds::SAME_MESSAGE => C::end_by_signal(event),
        Some(_) => {}
    }
    drop(first);
    if event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT {
        return 1;
    }
    // Windows ends the process as soon as this returns.
    state::wait_forever()
}
