//! What else the process does while a signal ends it, or on Windows a console event.

use std::thread;
use std::time::Duration;

use atexit_test_support::{LATER, Scenario, register_letters, scenario, sleep_for_long, wait_until_exiting};

use crate::programs::{SIGNAL, prepare, prepared, send, send_and_wait};

/// Registers a handler that runs first, and takes its time.
fn register_slow_handler() {
    atexit::register(|| thread::sleep(Duration::from_millis(200)));
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        prepared("the_handlers_run_while_main_sleeps", || send_and_wait(SIGNAL)),
        prepared("the_handlers_run_while_main_returns", || {
            register_slow_handler();
            send(SIGNAL);
            wait_until_exiting();
        }),
        prepared("the_handlers_run_while_main_panics", || {
            register_slow_handler();
            send(SIGNAL);
            wait_until_exiting();
            std::panic::resume_unwind(Box::new(()));
        }),
        prepared("the_handlers_run_while_threads_exit", || {
            register_slow_handler();
            // On Windows it ends the process at once.
            #[cfg(unix)]
            thread::spawn(|| {
                wait_until_exiting();
                std::process::exit(3)
            });
            thread::spawn(|| {
                wait_until_exiting();
                atexit::exit(4)
            });
            send_and_wait(SIGNAL);
        }),
        prepared("a_signal_waits_for_a_handler_that_another_thread_runs", || {
            atexit::register(|| {
                send(SIGNAL);
                wait_until_exiting();
                thread::sleep(Duration::from_millis(200));
                print!("d");
            });
            atexit::run();
            sleep_for_long();
        })
        .prints(&format!("ready dcbaD{SIGNAL}")),
        scenario("an_exit_without_a_signal_is_an_ordinary_one", prepare).prints("ready cbaD"),
        // By then, std has unmapped the stack for signals that it had given to the main thread.
        #[cfg(unix)]
        scenario("main_receives_a_signal_while_another_thread_is_in_process_exit", || {
            prepare();
            register_slow_handler();
            thread::spawn(|| std::process::exit(3));
            wait_until_exiting();
            // SAFETY: to this thread.
            unsafe { libc::raise(SIGNAL) };
            sleep_for_long();
        })
        .prints("ready cbaD")
        .exits(3),
        scenario("a_signal_during_an_ordinary_exit_changes_nothing_of_it", || {
            prepare();
            atexit::register(|| {
                send(SIGNAL);
                thread::sleep(LATER);
            });
            register_letters("d");
            atexit::exit(3)
        })
        .prints("ready dcbaD")
        .exits(3),
    ]
}
