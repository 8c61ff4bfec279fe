//! What other threads do meanwhile: they live, exit, hold locks, and call this crate.

use std::io;
use std::process::exit;
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use atexit_test_support::{CutShort, SLEEPER, Scenario, Status, helper, sleep_for_long, wait_until_exiting};

use crate::{put, register, with_hook};

/// So many threads call it at the same moment, each with a status of its own from 1 on.
fn exit_at_once(threads: i32) {
    let barrier = Arc::new(Barrier::new(usize::try_from(threads).unwrap()));
    for status in 1..=threads {
        let barrier = Arc::clone(&barrier);
        thread::spawn(move || {
            barrier.wait();
            exit(status)
        });
    }
    sleep_for_long();
}

/// On a thread, which then waits forever.
fn on_another_thread(call: impl FnOnce() + Send + 'static) {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        call();
        done.send(()).unwrap();
        sleep_for_long();
    });
    wait.recv().unwrap();
}

static HELD: Mutex<()> = Mutex::new(());

pub(crate) fn scenarios() -> Vec<Scenario> {
    let at_once = |name, threads| {
        let scenario = with_hook(name, move || exit_at_once(threads)).exits(1);
        (2..=threads).fold(scenario, Scenario::or_exits).times(10)
    };
    vec![
        at_once("process_exit_on_two_threads_at_once_runs_each_handler_once", 2),
        at_once("process_exit_on_sixteen_threads_at_once_runs_each_handler_once", 16),
        with_hook("process_exit_waits_for_the_exit_of_another_thread", || {
            atexit::register(|| {
                let exits = thread::spawn(|| exit(9));
                thread::sleep(Duration::from_millis(300));
                assert!(!exits.is_finished());
                put('s');
            });
            exit(3);
        })
        .prints("|scba")
        .exits(3),
        with_hook("process_exit_waits_while_main_returns", || {
            let (exiting, exits) = mpsc::channel();
            atexit::register(move || {
                exiting.send(()).unwrap();
                thread::sleep(Duration::from_millis(300));
            });
            thread::spawn(move || {
                exits.recv().unwrap();
                exit(9);
            });
        }),
        with_hook("a_thread_that_calls_process_exit_in_a_handler_of_run_does_not_hold_up_another_exit", || {
            let (begun, begins) = mpsc::channel();
            atexit::register(move || {
                begun.send(()).unwrap();
                wait_until_exiting();
                exit(9)
            });
            thread::spawn(atexit::run);
            begins.recv().unwrap();
            exit(3);
        })
        .exits(3),
        // Without the hook that one would be gone, and its lock locked forever.
        with_hook("a_handler_gets_a_lock_that_another_thread_holds", || {
            let (locked, wait) = mpsc::channel();
            thread::spawn(move || {
                let held = HELD.lock().unwrap();
                locked.send(()).unwrap();
                wait_until_exiting();
                put('t');
                drop(held);
                sleep_for_long();
            });
            wait.recv().unwrap();
            atexit::register(|| {
                drop(HELD.lock().unwrap());
                put('h');
            });
            exit(3);
        })
        .prints("|thcba")
        .exits(3),
        with_hook("a_thread_that_keeps_standard_output_locked_does_not_hold_up_process_exit", || {
            on_another_thread(|| std::mem::forget(io::stdout().lock()));
            exit(3);
        })
        .exits(3),
        with_hook("a_thread_that_keeps_standard_error_locked_does_not_hold_up_process_exit", || {
            on_another_thread(|| std::mem::forget(io::stderr().lock()));
            exit(3);
        })
        .exits(3),
        with_hook("threads_that_call_this_crate_all_the_time_do_not_hold_up_process_exit", || {
            for _ in 0..4 {
                thread::spawn(|| {
                    loop {
                        atexit::register(|| ()).unregister();
                        atexit::count();
                    }
                });
            }
            exit(3);
        })
        .exits(3)
        .times(10),
        with_hook("a_handler_on_a_thread_of_its_own_has_thread_locals_during_process_exit", || {
            thread_local!(static TEXT: String = String::from("h"));
            let handler = || TEXT.with(|text| text.chars().for_each(put));
            atexit::register(atexit::on_thread(handler));
            exit(3);
        })
        .prints("|hcba")
        .exits(3),
        helper("stuck_in_process_exit", || {
            atexit::install_exit_hook().unwrap();
            atexit::set_deadline(Some(Duration::from_millis(500)));
            register("a");
            atexit::register(sleep_for_long);
            register("b");
            exit(3);
        })
        .test("the_deadline_holds_for_process_exit", |program| {
            CutShort {
                reason: "status N",
                running: &format!("{SLEEPER} (tests/exit_process/meanwhile.rs:N)"),
                pending: &["exit_process::put (tests/exit_process/main.rs:N)"],
                stdout: "b",
                status: Status::Code(124),
            }
            .check(&program.run()?)
        }),
    ]
}
