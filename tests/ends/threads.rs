//! Threads that register, run and exit while the end is on its way.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use atexit::register;
use atexit_test_support::{Failed, Scenario, Status, Trial, output, program, scenario};

use crate::register_letters;

/// How many handlers were accepted, and how many have run.
static ACCEPTED: AtomicUsize = AtomicUsize::new(0);
static RAN: AtomicUsize = AtomicUsize::new(0);
static THREADS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

fn accept_one() {
    register(|| _ = RAN.fetch_add(1, Relaxed));
    ACCEPTED.fetch_add(1, Relaxed);
}

/// Starts a hundred threads that register handlers, some of which register further ones, and returns while they do.
fn start_a_hundred_threads() {
    let start = || {
        thread::spawn(|| {
            for round in 0..200 {
                accept_one();
                if round % 10 == 0 {
                    register(accept_one);
                    thread::yield_now();
                }
            }
        })
    };
    THREADS.lock().unwrap().extend((0..100).map(|_| start()));
}

fn join_the_threads() {
    THREADS.lock().unwrap().drain(..).for_each(|thread| thread.join().unwrap());
}

fn print_the_counts() {
    print!("{} {}", ACCEPTED.load(Relaxed), RAN.load(Relaxed));
    // Rust's own cleanup leaves standard output alone if another thread is just printing.
    io::stdout().flush().unwrap();
}

/// Ends the process on eight threads at once.
fn exit_on_eight_threads(exit: fn(i32) -> !) {
    static BARRIER: Barrier = Barrier::new(8);
    for _ in 0..7 {
        thread::spawn(move || {
            BARRIER.wait();
            exit(3)
        });
    }
    BARRIER.wait();
    exit(3)
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_handler_that_joins_a_thread_which_registers_sees_that_run_next", || {
            register_letters("a");
            register(|| thread::spawn(|| register_letters("xy")).join().unwrap());
            register_letters("b");
        })
        .prints("byxaD"),
        scenario("a_thread_that_registers_during_the_end_is_not_lost", || {
            register_letters("a");
            register(|| {
                thread::spawn(|| {
                    thread::sleep(Duration::from_millis(50));
                    register_letters("x");
                });
                thread::sleep(Duration::from_millis(200));
            });
        })
        .prints("xaD"),
        scenario("a_hundred_threads_register_and_are_joined_in_a_handler", || {
            register(print_the_counts);
            register(join_the_threads);
            start_a_hundred_threads();
        })
        .prints("22000 22000D"),
        #[cfg(target_os = "linux")]
        scenario("a_hundred_threads_register_while_main_exits", || {
            // The threads go on when all is over, and the finalizers come after all handlers that C has.
            crate::late::when_all_is_over(join_the_threads);
            crate::late::at_the_very_end(print_the_counts);
            start_a_hundred_threads();
        })
        .prints("D22000 22000"),
        #[cfg(target_os = "linux")]
        scenario("a_hundred_threads_register_when_all_is_over", || {
            crate::late::when_all_is_over(|| {
                start_a_hundred_threads();
                join_the_threads();
            });
            crate::late::at_the_very_end(print_the_counts);
        })
        .prints("D22000 22000"),
        #[cfg(target_os = "linux")]
        scenario("threads_run_while_main_exits_and_every_handler_runs_once", || {
            // Not in a handler: a thread might run that one while another has not yet finished its own.
            crate::late::at_the_very_end(print_the_counts);
            (0..10_000).for_each(|_| accept_one());
            for _ in 0..8 {
                thread::spawn(atexit::run);
            }
        })
        .prints("D10000 10000"),
        scenario("eight_threads_call_exit_at_once", || {
            register_letters("abc");
            exit_on_eight_threads(atexit::exit);
        })
        .prints("cbaD")
        .exits(3),
        #[cfg(not(windows))]
        scenario("eight_threads_call_process_exit_at_once", || {
            register_letters("abc");
            exit_on_eight_threads(std::process::exit);
        })
        .prints("cbaD")
        .exits(3),
        scenario("threads_that_drop_guards_all_the_time_do_not_keep_the_process_from_ending", || {
            for _ in 0..8 {
                thread::spawn(|| {
                    loop {
                        drop(atexit::guard(|| thread::sleep(Duration::from_millis(1))));
                    }
                });
            }
            thread::sleep(Duration::from_millis(50));
        })
        .prints("D"),
        scenario("threads_that_register_all_the_time_do_not_keep_the_process_from_ending", || {
            for _ in 0..4 {
                thread::spawn(|| {
                    loop {
                        register(|| thread::sleep(Duration::from_micros(10)));
                    }
                });
            }
            thread::sleep(Duration::from_millis(5));
        })
        .prints("D"),
        scenario("a_thread_exits_while_main_returns", || {
            register_letters("abc");
            thread::spawn(|| atexit::exit(0));
        })
        .prints("cbaD"),
    ]
}

/// The races again and again, since one run shows little of a race.
pub(crate) fn trials() -> Vec<Trial> {
    let races = [
        #[cfg(target_os = "linux")]
        ("a_hundred_threads_register_while_main_exits", "D22000 22000", 0),
        ("eight_threads_call_exit_at_once", "cbaD", 3),
        ("a_thread_exits_while_main_returns", "cbaD", 0),
    ];
    let trial = |(name, stdout, status)| {
        Trial::test(format!("{name}_a_hundred_times"), move || (0..100).try_for_each(|_| once(name, stdout, status)))
    };
    races.into_iter().map(trial).collect()
}

fn once(name: &str, stdout: &str, status: i32) -> Result<(), Failed> {
    let output = output(program(name))?;
    let found = String::from_utf8_lossy(&output.stdout);
    if found == stdout && Status::of(output.status) == Status::Code(status) {
        return Ok(());
    }
    Err(format!("it should print {stdout} and exit with {status}: {output:?}").into())
}
