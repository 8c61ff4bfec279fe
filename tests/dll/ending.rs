//! The end of the process: the handlers run after all other threads were ended, wherever they were.
//!
//! What is left at exit stands after the bar.

use std::os::windows::io::AsRawHandle;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use atexit_test_support::{Left, Process, Scenario, Status, helper, scenario};
use windows_sys::Win32::System::Threading::{ResumeThread, SuspendThread};

use crate::library::{
    Library, WAITS, calls_process_exit_6, exits_with_5, on_this_thread, put, registers, waits_for_ever, with_letters,
};

/// What is reported where the handlers can't be trusted any more.
const LOST: &str =
    "atexit: a thread that was ended with the process had locked the handlers of a library, which will not run";

/// Has another thread take a lock of the library and never give it back.
fn lose_a_lock(library: Library) {
    let count = library.count();
    let (begun, wait) = mpsc::channel();
    let spins = thread::spawn(move || {
        // While it began, it held the loader's lock.
        begun.send(()).expect("the other waits");
        loop {
            count();
        }
    });
    wait.recv().expect("it begins");
    let handle = spins.as_raw_handle();
    // SAFETY: the thread runs forever, so that the handle is one.
    while unsafe { SuspendThread(handle) } != u32::MAX {
        let (done, wait) = mpsc::channel();
        thread::spawn(move || {
            count();
            done.send(())
        });
        if wait.recv_timeout(Duration::from_millis(500)).is_err() {
            return;
        }
        // SAFETY: as before.
        unsafe { ResumeThread(handle) };
    }
    panic!("the thread can't be suspended");
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("the_handlers_of_a_dll_that_stays_run_when_main_returns", || {
            with_letters("ab");
            put('|');
        })
        .prints("|ba321"),
        scenario("the_handlers_of_a_dll_that_stays_run_at_process_exit", || {
            with_letters("ab");
            put('|');
            std::process::exit(3)
        })
        .prints("|ba321")
        .exits(3),
        // The loader says that it is no unloading, but not the status.
        scenario("the_handlers_of_a_dll_see_that_the_process_exits", || {
            Library::load().write_reason();
            std::process::exit(3)
        })
        .prints("{an unknown status}321")
        .exits(3),
        scenario("the_handlers_of_a_dll_run_at_exit_after_those_of_the_program", || {
            let library = with_letters("a");
            atexit::register_with(put, ('p',));
            library.letters("b");
            put('|');
            atexit::exit(3)
        })
        .prints("|pba321")
        .exits(3),
        scenario("process_exit_runs_the_handlers_of_the_program_and_then_those_of_a_dll", || {
            atexit::install_exit_hook().unwrap();
            let library = with_letters("a");
            atexit::register_with(put, ('p',));
            library.letters("b");
            put('|');
            std::process::exit(3)
        })
        .prints("|pba321")
        .exits(3),
        scenario("process_exit_of_a_dll_does_not_reach_the_hook_of_the_program", || {
            atexit::install_exit_hook().unwrap();
            atexit::register_with(put, ('p',));
            let library = with_letters("ab");
            put('|');
            library.process_exit(5)
        })
        .prints("|ba321")
        .exits(5),
        scenario("process_exit_of_a_dll_with_a_hook_runs_its_handlers_once_and_while_threads_can_start", || {
            let library = on_this_thread();
            assert!(library.install_exit_hook());
            put('|');
            library.process_exit(5)
        })
        .prints("|b!a321")
        .exits(5),
        scenario("process_exit_with_hooks_in_a_dll_and_the_program_runs_the_handlers_of_both", || {
            atexit::install_exit_hook().unwrap();
            atexit::register_with(put, ('p',));
            let library = with_letters("ab");
            assert!(library.install_exit_hook());
            put('|');
            std::process::exit(3)
        })
        .prints("|pba321")
        .exits(3),
        scenario("process_exit_in_a_handler_of_a_dll_when_the_process_ends_is_left_to_the_system", || {
            atexit::install_exit_hook().unwrap();
            let library = with_letters("a");
            library.call(calls_process_exit_6);
            library.letters("b");
            put('|');
            std::process::exit(3)
        })
        .prints("|b")
        .exits(6),
        scenario("exit_of_a_dll_runs_its_handlers_once", || {
            let library = with_letters("ab");
            put('|');
            library.exit(5)
        })
        .prints("|ba321")
        .exits(5)
        .test("exit_of_a_dll_sums_up_once", |program| {
            let mut command = program.command()?;
            command.env("ATEXIT_TRACE", "1");
            let report = Process::run(command)?.stderr;
            let sums: Vec<&str> = report.lines().filter(|line| line.contains(" in total")).collect();
            let is_right = matches!(sums[..], [sum] if sum.contains(": 5 handlers run, 0 failed, "));
            if is_right { Ok(()) } else { Err(report.into()) }
        }),
        scenario("a_handler_that_is_registered_when_the_process_ends_runs_next", || {
            let library = with_letters("a");
            library.call(registers);
            library.letters("b");
        })
        .prints("b[]yxa321"),
        scenario("a_lazy_of_a_dll_that_stays_is_dropped_when_the_process_ends", || {
            let library = with_letters("a");
            library.use_lazy();
            library.letters("b");
            std::process::exit(3)
        })
        .prints("bLa321")
        .exits(3),
        scenario("a_deadline_does_not_hold_up_the_end_of_a_process_with_a_dll", || {
            let library = Library::load();
            library.set_deadline(60_000);
            library.letters("a");
        })
        .prints("a321"),
        scenario("the_end_of_the_process_runs_what_a_dll_has_for_a_thread_in_place", || {
            on_this_thread();
        })
        .prints("boa321"),
        scenario("exit_in_a_handler_of_a_dll_when_the_process_ends_runs_the_rest", || {
            let library = with_letters("a");
            library.call(exits_with_5);
            library.letters("b");
        })
        .prints("ba321")
        .exits(5),
        scenario("a_thread_that_was_ended_in_a_handler_is_not_waited_for", || {
            let library = with_letters("a");
            library.call(waits_for_ever);
            thread::spawn(move || library.run());
            while !WAITS.load(Relaxed) {
                thread::yield_now();
            }
            library.letters("b");
            put('|');
        })
        .prints("w|ba321"),
        scenario("a_thread_that_was_ended_while_it_exits_leaves_the_rest_to_the_end_of_the_process", || {
            let library = with_letters("a");
            library.call(waits_for_ever);
            thread::spawn(move || library.exit(5));
            while !WAITS.load(Relaxed) {
                thread::yield_now();
            }
            put('|');
        })
        .prints("w|a321"),
        scenario("a_lock_that_was_lost_with_its_thread_loses_the_handlers_and_says_so", || {
            let library = with_letters("ab");
            lose_a_lock(library);
            put('|');
            std::process::exit(3)
        })
        .prints("|")
        .exits(3)
        .reports(LOST),
        helper("threads_register_all_the_time", || {
            let library = with_letters("a");
            for _ in 0..4 {
                thread::spawn(move || {
                    loop {
                        library.letters("z");
                        library.run();
                    }
                });
            }
            thread::sleep(Duration::from_millis(20));
        })
        .test("threads_that_use_a_dll_do_not_hold_up_the_end_of_the_process_ten_times", |program| {
            (0..10).try_for_each(|_| {
                let Left { stderr: report, status, .. } = program.run()?;
                // Whether one of them was ended under our lock is a matter of luck.
                if status == Status::Code(0) && (report.is_empty() || report == format!("{LOST}\n")) {
                    return Ok(());
                }
                Err(format!("{status}: {report}").into())
            })
        }),
    ]
}
