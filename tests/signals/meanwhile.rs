//! What else the process does while a signal ends it, or on Windows a console event.

use std::sync::mpsc::{self, Receiver};
use std::thread;

use atexit::{Guard, signals};
use atexit_test_support::{
    LATER, Scenario, Watched, register_letters, scenario, sleep_for_long, wait_in_vain, wait_until_asleep,
    wait_until_exiting,
};

use crate::programs::{ENDED, SIGNAL, SIGNAL_THREAD, prepare, prepared, send, send_and_wait};

/// Registers a handler that runs first, and takes until main waits for the exit.
fn register_until_main_waits() {
    atexit::register(|| Watched::main().wait_until_asleep());
}

/// A guard whose handler takes a while and then prints the text, and what tells that it has begun.
fn slow_guard(text: &'static str) -> (Guard, Receiver<()>) {
    let (begun, wait) = mpsc::channel();
    let guard = atexit::guard(move || {
        begun.send(()).unwrap();
        thread::sleep(LATER);
        print!("{text}");
    });
    (guard, wait)
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        prepared("the_handlers_run_while_main_sleeps", || send_and_wait(SIGNAL)),
        // At the end of its handlers, the signal's thread comes to the hook, too.
        prepared("the_handlers_run_once_where_everything_is_installed", || {
            atexit::install().unwrap();
            send_and_wait(SIGNAL);
        }),
        prepared("process_exit_waits_for_a_signal_where_everything_is_installed", || {
            atexit::install().unwrap();
            register_until_main_waits();
            send(SIGNAL);
            wait_until_exiting();
            std::process::exit(3)
        }),
        scenario("handlers_wait_for_a_newer_one_that_main_runs_meanwhile", || {
            signals::install().unwrap();
            register_letters("a");
            let (guard, wait) = slow_guard("g");
            let (exiting, wait_for_exit) = mpsc::channel();
            atexit::register(move || {
                exiting.send(()).unwrap();
                wait.recv().unwrap();
            });
            send(SIGNAL);
            wait_for_exit.recv().unwrap();
            drop(guard);
            sleep_for_long();
        })
        .prints(&format!("gaD{SIGNAL}"))
        .ends(ENDED),
        scenario("a_handler_that_main_begins_while_the_last_one_runs_is_waited_for", || {
            signals::install().unwrap();
            // Also what is annotated.
            atexit::clear();
            let (last, wait) = slow_guard("last ");
            let (begun, wait_for_first) = mpsc::channel();
            let first = atexit::guard(move || {
                begun.send(()).unwrap();
                wait.recv().unwrap();
                print!("first ");
            });
            thread::spawn(move || drop(first));
            wait_for_first.recv().unwrap();
            send(SIGNAL);
            wait_until_exiting();
            // It surely waits for the first by then.
            thread::sleep(LATER);
            drop(last);
            sleep_for_long();
        })
        .prints("first last ")
        .ends(ENDED),
        prepared("the_handlers_run_while_main_returns", || {
            register_until_main_waits();
            send(SIGNAL);
            wait_until_exiting();
        }),
        prepared("the_handlers_run_while_main_panics", || {
            register_until_main_waits();
            send(SIGNAL);
            wait_until_exiting();
            std::panic::resume_unwind(Box::new(()));
        }),
        prepared("the_handlers_run_while_threads_exit", || {
            let (exiting, threads) = mpsc::channel();
            // It takes until they wait for the exit, too.
            atexit::register(move || threads.iter().for_each(Watched::wait_until_asleep));
            let exit_meanwhile = move |exit: fn()| {
                let exiting = exiting.clone();
                thread::spawn(move || {
                    wait_until_exiting();
                    exiting.send(Watched::this()).unwrap();
                    drop(exiting);
                    exit();
                });
            };
            // On Windows it ends the process at once.
            #[cfg(unix)]
            exit_meanwhile(|| std::process::exit(3));
            exit_meanwhile(|| atexit::exit(4));
            drop(exit_meanwhile);
            send_and_wait(SIGNAL);
        }),
        prepared("a_signal_waits_for_a_handler_that_another_thread_runs", || {
            atexit::register(|| {
                send(SIGNAL);
                wait_until_exiting();
                wait_until_asleep(SIGNAL_THREAD);
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
            // It takes until main has received it.
            let (received, wait) = mpsc::channel();
            atexit::register(move || wait.recv().unwrap());
            thread::spawn(|| std::process::exit(3));
            wait_until_exiting();
            // SAFETY: to this thread.
            unsafe { libc::raise(SIGNAL) };
            received.send(()).unwrap();
            sleep_for_long();
        })
        .prints("ready cbaD")
        .exits(3),
        scenario("a_signal_during_an_ordinary_exit_changes_nothing_of_it", || {
            prepare();
            atexit::register(|| {
                send(SIGNAL);
                wait_in_vain();
            });
            register_letters("d");
            atexit::exit(3)
        })
        .prints("ready dcbaD")
        .exits(3),
    ]
}
