//! What handlers find: threads, thread-locals, standard streams.

use std::cell::Cell;
use std::sync::{Mutex, mpsc};
use std::thread;

use atexit::register;
use atexit_test_support::{Scenario, Watched, register_letters, scenario};

thread_local! {
    static WITH_DESTRUCTOR: Cell<String> = const { Cell::new(String::new()) };
    static WITHOUT_DESTRUCTOR: Cell<u32> = const { Cell::new(1) };
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn uses_a_thread_local() {
    WITH_DESTRUCTOR.set("too late".to_owned());
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        // Where the C runtime knows nothing of thread-locals, those of the main thread are never destroyed.
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        scenario("a_thread_local_with_a_destructor_is_gone_and_that_is_the_handlers_failure", || {
            WITH_DESTRUCTOR.set("in use".to_owned());
            register_letters("a");
            register(uses_a_thread_local);
            register(|| print!("{} ", WITH_DESTRUCTOR.try_with(|_| ()).is_err()));
            register(|| WITHOUT_DESTRUCTOR.with(|number| print!("{} ", number.get())));
        })
        .prints("1 true aD")
        .panics()
        .reports(atexit_test_support::panicked!(
            "ends::surroundings::uses_a_thread_local (tests/ends/surroundings.rs:N)"
        )),
        scenario("a_thread_local_is_there_in_handlers_that_run_runs", || {
            WITH_DESTRUCTOR.set("in use".to_owned());
            register(|| print!("{} ", WITH_DESTRUCTOR.take()));
            atexit::run();
        })
        .prints("in use D"),
        scenario("a_handler_starts_and_joins_a_thread", || {
            register_letters("a");
            register(|| {
                thread::scope(|scope| {
                    scope.spawn(|| print!("on a thread "));
                });
            });
        })
        .prints("on a thread aD"),
        scenario("a_handler_waits_for_a_lock_that_another_thread_holds", || {
            static LOCK: Mutex<()> = Mutex::new(());
            let (locked, wait) = mpsc::channel();
            thread::spawn(move || {
                let guard = LOCK.lock();
                locked.send(()).unwrap();
                Watched::main().wait_until_asleep();
                print!("given up ");
                drop(guard);
            });
            wait.recv().unwrap();
            register(|| {
                drop(LOCK.lock());
                print!("taken ");
            });
        })
        .prints("given up taken D"),
        scenario("a_handler_prints_to_both_streams", || {
            register(|| eprintln!("to standard error"));
            register(|| println!("to standard output"));
        })
        .prints("to standard output\nD")
        .panics(),
    ]
}
