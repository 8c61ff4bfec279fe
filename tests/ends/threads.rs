//! Threads that register, run and exit while the process exits.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use atexit::register;
use atexit_test_support::{Scenario, Watched, register_letters, scenario};

/// A handler that takes longer than registering it. Sleeping takes a hundred times as long on Windows.
fn take_a_moment() {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_micros(10) {}
}

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
pub(crate) fn exit_on_eight_threads(exit: fn(i32) -> !) {
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

/// Handlers that see whether another one runs beside them.
pub(crate) mod alone {
    use std::sync::OnceLock;
    use std::thread::ThreadId;

    use super::{AtomicUsize, RAN, Relaxed, register, thread};

    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static BESIDE_ANOTHER: AtomicUsize = AtomicUsize::new(0);
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    static APART: AtomicUsize = AtomicUsize::new(0);
    static REGISTERING: OnceLock<ThreadId> = OnceLock::new();
    static WHERE_REGISTERED: AtomicUsize = AtomicUsize::new(0);

    /// Runs what a handler does.
    pub(super) fn run(handler: impl FnOnce()) {
        if RUNNING.fetch_add(1, Relaxed) > 0 {
            BESIDE_ANOTHER.fetch_add(1, Relaxed);
        }
        handler();
        RUNNING.fetch_sub(1, Relaxed);
    }

    pub(crate) fn count_one() {
        run(|| {
            RAN.fetch_add(1, Relaxed);
            if REGISTERING.get() == Some(&thread::current().id()) {
                WHERE_REGISTERED.fetch_add(1, Relaxed);
            }
        });
    }

    /// Counts those that run on another thread than the first: for the tests of C's `exit` on two threads.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    pub(crate) fn count_one_apart() {
        static FIRST: OnceLock<ThreadId> = OnceLock::new();

        run(|| {
            RAN.fetch_add(1, Relaxed);
            let this = thread::current().id();
            if *FIRST.get_or_init(|| this) != this {
                APART.fetch_add(1, Relaxed);
            }
        });
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    pub(crate) fn register_the_report_of_those_apart() {
        register(|| {
            let [ran, beside, apart] = [&RAN, &BESIDE_ANOTHER, &APART].map(|count| count.load(Relaxed));
            print!("{ran} run, {beside} beside another, {apart} on another thread ");
        });
    }

    pub(super) fn register_fifty_thousand() {
        REGISTERING.set(thread::current().id()).unwrap();
        for _ in 0..50_000 {
            register(count_one);
        }
    }

    pub(crate) fn register_the_report() {
        register(|| {
            let [ran, beside, where_registered] =
                [&RAN, &BESIDE_ANOTHER, &WHERE_REGISTERED].map(|count| count.load(Relaxed));
            print!("{ran} run, {beside} beside another, {where_registered} where they were registered ");
        });
    }
}

/// Handlers that wait until enough others are pending.
mod waiting {
    use super::{AtomicUsize, Relaxed, thread};

    const ALL: usize = 100_000;

    /// How many are registered and have not run to their end.
    static REGISTERED: AtomicUsize = AtomicUsize::new(0);
    static TO_DO: AtomicUsize = AtomicUsize::new(ALL);
    /// How often each has run.
    static RUNS: [AtomicUsize; ALL] = [const { AtomicUsize::new(0) }; ALL];

    fn handler(number: usize) {
        while TO_DO.load(Relaxed) > 0 && REGISTERED.load(Relaxed) < 100 {
            thread::yield_now();
        }
        RUNS[number].fetch_add(1, Relaxed);
        REGISTERED.fetch_sub(1, Relaxed);
    }

    /// Registers ten at a time, while fewer than ten thousand are pending.
    pub(super) fn register_all() {
        for batch in 0..ALL / 10 {
            while REGISTERED.load(Relaxed) >= 10_000 {
                thread::yield_now();
            }
            for number in batch * 10..(batch + 1) * 10 {
                REGISTERED.fetch_add(1, Relaxed);
                atexit::register_with(handler, (number,));
            }
            TO_DO.fetch_sub(10, Relaxed);
        }
    }

    /// How many have run once, and how many more than once.
    pub(super) fn print_the_counts() {
        let count = |is_counted: fn(usize) -> bool| RUNS.iter().filter(|runs| is_counted(runs.load(Relaxed))).count();
        print!("{} {}", count(|runs| runs == 1), count(|runs| runs > 1));
    }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_handler_that_joins_a_thread_which_registers_sees_that_run_next", || {
            register_letters("a");
            register(|| thread::spawn(|| register_letters("xy")).join().unwrap());
            register_letters("b");
        })
        .prints("byxaD"),
        scenario("what_a_thread_registers_during_exit_is_not_lost", || {
            register_letters("a");
            register(|| {
                let (registered, wait) = mpsc::channel();
                thread::spawn(move || {
                    register_letters("x");
                    registered.send(()).unwrap();
                });
                wait.recv().unwrap();
            });
        })
        .prints("xaD"),
        scenario("a_hundred_threads_register_and_are_joined_in_a_handler", || {
            register(print_the_counts);
            register(join_the_threads);
            start_a_hundred_threads();
        })
        .prints("22000 22000D"),
        // Elsewhere, finalizers and what comes after all handlers are not known, here and in the next two.
        #[cfg(target_os = "linux")]
        scenario("a_hundred_threads_register_while_main_exits", || {
            // The threads go on after all handlers, and the finalizers come after all handlers that C has.
            crate::late::after_all_handlers(join_the_threads);
            crate::late::in_a_finalizer(print_the_counts);
            start_a_hundred_threads();
        })
        .times(100)
        .prints("D22000 22000"),
        #[cfg(target_os = "linux")]
        scenario("a_hundred_threads_register_after_all_handlers", || {
            crate::late::after_all_handlers(|| {
                start_a_hundred_threads();
                join_the_threads();
            });
            crate::late::in_a_finalizer(print_the_counts);
        })
        .prints("D22000 22000"),
        #[cfg(target_os = "linux")]
        scenario("threads_run_while_main_exits_and_every_handler_runs_once", || {
            // Not in a handler: a thread might run that one while another has not yet finished its own.
            crate::late::in_a_finalizer(print_the_counts);
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
        .times(100)
        .prints("cbaD")
        .exits(3),
        // On Windows it runs no handlers.
        #[cfg(not(windows))]
        scenario("eight_threads_call_process_exit_at_once", || {
            register_letters("abc");
            exit_on_eight_threads(std::process::exit);
        })
        .prints("cbaD")
        .exits(3),
        scenario("threads_that_drop_guards_all_the_time_do_not_keep_the_process_from_ending", || {
            let (dropped, wait) = mpsc::channel();
            for _ in 0..8 {
                let dropped = dropped.clone();
                thread::spawn(move || {
                    loop {
                        drop(atexit::guard(|| thread::sleep(Duration::from_millis(1))));
                        // Nobody is waiting any more when all are at it.
                        let _ = dropped.send(());
                    }
                });
            }
            // As many as each drops a few of.
            (0..100).for_each(|_| wait.recv().unwrap());
        })
        .prints("D"),
        scenario("threads_that_register_all_the_time_do_not_keep_the_process_from_ending", || {
            for _ in 0..4 {
                thread::spawn(|| {
                    // What is pending before the exit begins has to run anyway, and may be a lot on a busy machine.
                    while !atexit::is_exiting() {
                        thread::yield_now();
                    }
                    loop {
                        register(take_a_moment);
                    }
                });
            }
            crate::in_the_annotated_handler(|| {
                while atexit::count() < 1000 {
                    thread::yield_now();
                }
            });
        })
        .prints("D"),
        scenario("what_a_thread_registers_while_a_handler_joins_it_runs_after_that_handler", || {
            alone::register_the_report();
            register(|| alone::run(|| thread::spawn(alone::register_fifty_thousand).join().unwrap()));
        })
        .prints("50000 run, 0 beside another, 0 where they were registered D"),
        scenario("what_a_thread_registers_while_a_handler_waits_for_it_runs_after_that_handler", || {
            alone::register_the_report();
            let (exiting, begin) = mpsc::channel();
            let (registered, wait) = mpsc::channel();
            // Started before the exit, and never joined.
            thread::spawn(move || {
                begin.recv().unwrap();
                alone::register_fifty_thousand();
                registered.send(()).unwrap();
            });
            register(move || {
                alone::run(|| {
                    exiting.send(()).unwrap();
                    wait.recv().unwrap();
                });
            });
        })
        .prints("50000 run, 0 beside another, 0 where they were registered D"),
        scenario("a_thread_registers_while_each_handler_waits_for_more", || {
            crate::in_the_annotated_handler(waiting::print_the_counts);
            thread::spawn(waiting::register_all);
            // Beside the annotated handler.
            while atexit::count() == 1 {
                thread::yield_now();
            }
            atexit::exit(0)
        })
        .times(100)
        .prints("D100000 0"),
        scenario("exit_waits_for_a_guards_handler_however_many_other_threads_have_run_before", || {
            register_letters("a");
            register(|| {
                thread::spawn(|| (0..2000).for_each(|_| drop(atexit::guard(|| ())))).join().unwrap();
                let (begun, wait) = mpsc::channel();
                thread::spawn(move || {
                    drop(atexit::guard(move || {
                        print!("begun ");
                        begun.send(()).unwrap();
                        Watched::main().wait_until_asleep();
                        print!("finished ");
                    }));
                });
                wait.recv().unwrap();
            });
        })
        .prints("begun finished aD"),
        scenario("a_thread_exits_while_main_returns", || {
            register_letters("abc");
            thread::spawn(|| atexit::exit(0));
        })
        .times(100)
        .prints("cbaD"),
    ]
}
