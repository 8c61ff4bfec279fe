//! Console events of Windows.
//!
//! A process sends them to itself, as the console does: by a thread that begins in the system's `CtrlRoutine`.
//! `GenerateConsoleCtrlEvent` can send but two of them, and to all processes at a console.

use std::ffi::{CString, c_void};
use std::mem;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::os::windows::process::CommandExt;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use atexit::signals::{self, CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT};
use atexit_test_support::{
    Failed, LATER, Process, Scenario, Status, helper, register_letters, say, scenario, sleep_for_long,
    wait_until_exiting,
};
use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Console::{GenerateConsoleCtrlEvent, SetConsoleCtrlHandler};
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleA, GetProcAddress, LoadLibraryA};
use windows_sys::Win32::System::Threading::{CREATE_NO_WINDOW, CreateThread, WaitForSingleObject};
use windows_sys::core::BOOL;

use crate::programs::{prepare, prepared, send_and_wait};

/// `STATUS_CONTROL_C_EXIT`.
pub(crate) const CONTROL_C_EXIT: i32 = -1_073_741_510;

/// The status of a process that a console event ends by default.
const BY_DEFAULT: i32 = if cfg!(emulator = "wine") {
    // `default_ctrl_handler` in wine 8 exits with 0.
    0
} else {
    CONTROL_C_EXIT
};

/// A function whose type isn't known.
type Function = unsafe extern "system" fn() -> isize;

/// Sends an event to this process alone, and returns the thread that Windows starts for it.
pub(crate) fn send(event: i32) -> OwnedHandle {
    let event: usize = event.try_into().unwrap();
    // SAFETY: the thread begins in a function that takes the number of an event, as the console starts it.
    unsafe {
        let system = GetModuleHandleA(c"kernelbase.dll".as_ptr().cast());
        let routine = GetProcAddress(system, c"CtrlRoutine".as_ptr().cast()).expect("it is exported");
        let routine = mem::transmute::<Function, unsafe extern "system" fn(*mut c_void) -> u32>(routine);
        let (stack_size, flags) = (0, 0);
        let argument = std::ptr::without_provenance(event);
        let thread = CreateThread(std::ptr::null(), stack_size, Some(routine), argument, flags, std::ptr::null_mut());
        assert!(!thread.is_null());
        OwnedHandle::from_raw_handle(thread)
    }
}

/// Whether the thread ends in the next moments.
fn ends_soon(thread: &OwnedHandle) -> bool {
    // SAFETY: it is the handle of a thread.
    unsafe { WaitForSingleObject(thread.as_raw_handle(), 300) == WAIT_OBJECT_0 }
}

/// Sets a handler of the program's own, which says so and deals with the event.
fn set_handler() {
    unsafe extern "system" fn called(_event: u32) -> BOOL {
        say("called ");
        1
    }
    // SAFETY: it may be called on any thread.
    assert_ne!(unsafe { SetConsoleCtrlHandler(Some(called), 1) }, 0);
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let ended_by = |name, event: i32| {
        scenario(name, move || {
            prepare();
            send_and_wait(event);
        })
        .prints(&format!("ready cbaD{event}"))
        .exits(CONTROL_C_EXIT)
    };
    vec![
        ended_by("ctrl_c_runs_the_handlers", CTRL_C_EVENT),
        ended_by("ctrl_break_runs_the_handlers", CTRL_BREAK_EVENT),
        ended_by("closing_the_console_runs_the_handlers", CTRL_CLOSE_EVENT),
        ended_by("shutdown_runs_the_handlers", CTRL_SHUTDOWN_EVENT),
        scenario("logoff_runs_the_handlers_if_it_is_asked_for", || {
            signals::install_for(&[CTRL_LOGOFF_EVENT]).unwrap();
            prepare();
            send_and_wait(CTRL_LOGOFF_EVENT);
        })
        .prints(&format!("ready cbaD{CTRL_LOGOFF_EVENT}"))
        .exits(CONTROL_C_EXIT),
        scenario("without_install_an_event_ends_the_process_at_once", || {
            register_letters("abc");
            send_and_wait(CTRL_C_EVENT);
        })
        .exits(BY_DEFAULT),
        scenario("an_event_that_is_not_installed_ends_the_process_at_once", || {
            signals::install_for(&[CTRL_BREAK_EVENT]).unwrap();
            register_letters("abc");
            send_and_wait(CTRL_C_EVENT);
        })
        .exits(BY_DEFAULT),
        scenario("events_can_be_added", || {
            signals::install_for(&[CTRL_BREAK_EVENT]).unwrap();
            signals::install_for(&[CTRL_CLOSE_EVENT, CTRL_CLOSE_EVENT]).unwrap();
            send_and_wait(CTRL_CLOSE_EVENT);
        })
        .prints(&format!("D{CTRL_CLOSE_EVENT}"))
        .exits(CONTROL_C_EXIT),
        scenario("what_is_no_event_is_refused_and_nothing_is_installed", || {
            for wrong in [-1, 3, 4, 7, i32::MAX] {
                println!("{}", signals::install_for(&[CTRL_C_EVENT, wrong]).unwrap_err());
            }
            atexit::clear();
            send_and_wait(CTRL_C_EVENT);
        })
        .prints(
            &[-1, 3, 4, 7, i32::MAX].map(|wrong| format!("{wrong} is not the number of a console event\n")).concat(),
        )
        .exits(BY_DEFAULT),
        scenario("the_thread_of_an_event_that_the_process_does_not_survive_stays_until_the_handlers_have_run", || {
            signals::install().unwrap();
            let ends = Arc::new(Mutex::new(None));
            atexit::register({
                let ends = Arc::clone(&ends);
                move || print!("{} ", ends.lock().unwrap().as_ref().is_some_and(ends_soon))
            });
            *ends.lock().unwrap() = Some(send(CTRL_CLOSE_EVENT));
            sleep_for_long();
        })
        .prints(&format!("false D{CTRL_CLOSE_EVENT}"))
        .exits(CONTROL_C_EXIT),
        prepared("exit_in_a_handler_changes_the_status", || {
            atexit::register(|| atexit::exit(3));
            send_and_wait(CTRL_C_EVENT);
        })
        .exits(3),
        prepared("a_handler_sets_a_handler_for_events_on_another_thread", || {
            // While the system calls handlers for an event, others wait that set some.
            atexit::register(|| thread::spawn(set_handler).join().unwrap());
            send_and_wait(CTRL_C_EVENT);
        }),
        scenario("what_was_set_before_is_not_called", || {
            set_handler();
            prepare();
            send_and_wait(CTRL_C_EVENT);
        })
        .prints("ready cbaD0")
        .exits(CONTROL_C_EXIT),
        // It exits as `ExitProcess` does, which lets DLLs run theirs.
        scenario("the_handlers_of_a_dll_run_after_those_of_the_program", || {
            let file = std::env::current_exe().unwrap().with_file_name("handlers.dll");
            let file = CString::new(file.into_os_string().into_encoded_bytes()).unwrap();
            // SAFETY: the library's constructors may be called at any time.
            assert!(!unsafe { LoadLibraryA(file.as_ptr().cast()) }.is_null());
            prepare();
            send_and_wait(CTRL_C_EVENT);
        })
        .prints("ready cbaD0321")
        .exits(CONTROL_C_EXIT),
        scenario("what_is_set_later_is_called_first", || {
            prepare();
            set_handler();
            send(CTRL_C_EVENT);
            thread::sleep(LATER);
        })
        .prints("ready called cbaD"),
        scenario("what_is_ignored_stays_ignored", || {
            // SAFETY: a null pointer stands for ignoring Ctrl-C.
            assert_ne!(unsafe { SetConsoleCtrlHandler(None, 1) }, 0);
            prepare();
            send(CTRL_C_EVENT);
            thread::sleep(LATER);
        })
        .prints("ready cbaD"),
        scenario("a_later_event_ends_the_process_at_once", || {
            prepare();
            atexit::register(|| {
                say("begun ");
                thread::sleep(LATER);
                send(CTRL_BREAK_EVENT);
                sleep_for_long();
            });
            send_and_wait(CTRL_C_EVENT);
        })
        .prints("ready begun ")
        .exits(CONTROL_C_EXIT),
        scenario("that_the_console_is_closed_during_an_ordinary_exit_changes_nothing_of_it", || {
            prepare();
            atexit::register(|| {
                send(CTRL_CLOSE_EVENT);
                thread::sleep(LATER);
            });
            atexit::exit(3)
        })
        .prints("ready cbaD")
        .exits(3),
        scenario("the_second_event_during_an_ordinary_exit_ends_the_process_at_once", || {
            prepare();
            atexit::register(|| {
                say("begun ");
                send(CTRL_C_EVENT);
                thread::sleep(LATER);
                send(CTRL_C_EVENT);
                sleep_for_long();
            });
        })
        .prints("ready begun ")
        .exits(CONTROL_C_EXIT),
        helper("two_events_in_the_same_moment", || {
            prepare();
            atexit::register(|| thread::sleep(LATER));
            send(CTRL_C_EVENT);
            wait_until_exiting();
            send_and_wait(CTRL_BREAK_EVENT);
        })
        .test("two_events_in_the_same_moment_run_all_handlers", |program| {
            /// A busy machine may let 100 milliseconds pass between the two.
            const ATTEMPTS: usize = 10;

            let attempt = || ends(program.command()?);
            (1..ATTEMPTS).find_map(|_| attempt().ok()).map_or_else(attempt, Ok)
        }),
        helper("ctrl_c_from_the_console", || {
            prepare();
            // SAFETY: it only sends the event, to all processes at this one's console.
            assert_ne!(unsafe { GenerateConsoleCtrlEvent(0, 0) }, 0, "{}", std::io::Error::last_os_error());
            sleep_for_long();
        })
        .test("ctrl_c_from_the_console_runs_the_handlers", |program| {
            let mut command = program.command()?;
            // With a console of its own, so that nobody else receives it.
            command.creation_flags(CREATE_NO_WINDOW);
            ends(command)
        }),
    ]
}

/// The program runs all handlers after Ctrl-C, and ends by that.
fn ends(command: Command) -> Result<(), Failed> {
    Process::run(command)?.is(&format!("ready cbaD{CTRL_C_EVENT}"), Status::Code(CONTROL_C_EXIT))
}
