//! A handler that a signal runs calls `atexit::exit`: the process exits, with that status, instead of ending by the
//! signal.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use atexit::signals;
use atexit_test_support::{
    Destructor, Process, Scenario, Status, Watched, helper, register_letters, scenario, wait_until_exiting,
};
use libc::SIGTERM;

use crate::programs::{send, send_and_wait};

/// The variable that says when a handler calls `atexit::exit`.
const MOMENT: &str = "MOMENT";

/// When a handler calls it, where `main` exits, too.
const MOMENTS: [(&str, &str); 3] = [
    // Before `main` exits, or after that, or in the same moment.
    ("at_once", "and_exits_meanwhile"),
    // C's `exit` is going through its list, in which it is about to come to a slot.
    ("begun", "and_is_exiting"),
    // It has come to that slot, and waits there.
    ("waiting", "and_waits_in_a_slot"),
];

/// The variable that says, if it is set, that there is a deadline.
const DEADLINE: &str = "DEADLINE";

/// C's `exit` has begun to go through its list.
static C_IS_EXITING: AtomicBool = AtomicBool::new(false);

extern "C" fn c_is_exiting() {
    C_IS_EXITING.store(true, Relaxed);
}

/// The program's own handler in C, below all that it registers here.
fn register_in_c() {
    extern "C" fn print() {
        // SAFETY: one byte is there to be written.
        unsafe { libc::write(1, b"C".as_ptr().cast(), 1) };
    }
    // SAFETY: it never unwinds.
    assert_eq!(unsafe { libc::atexit(print) }, 0);
}

/// Whether C comes to that handler even if `main` exits, too: only glibc is sure to.
const IS_C_SURE: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

const PRINTED: &str = if IS_C_SURE { "baD15C" } else { "baD15" };

/// A signal has come, and one of its handlers exits. To be followed by an exit of `main`.
fn begin_to_exit_in_a_handler() {
    if IS_C_SURE {
        register_in_c();
    }
    signals::install().unwrap();
    if std::env::var_os(DEADLINE).is_some() {
        // Far longer than the process lives.
        atexit::set_deadline(Some(Duration::from_secs(60)));
    }
    register_letters("a");
    let moment = std::env::var(MOMENT).unwrap();
    atexit::register(move || {
        while moment != "at_once" && !C_IS_EXITING.load(Relaxed) {
            thread::yield_now();
        }
        if moment == "waiting" {
            Watched::main().wait_until_asleep();
        }
        atexit::exit(3)
    });
    register_letters("b");
    // It is the newest, so the first that `exit` calls.
    // SAFETY: it never unwinds.
    assert_eq!(unsafe { libc::atexit(c_is_exiting) }, 0);
    send(SIGTERM);
    wait_until_exiting();
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("exit_in_a_handler_that_a_signal_runs_ends_with_that_status", || {
            signals::install().unwrap();
            register_letters("a");
            atexit::register(|| atexit::exit(7));
            register_letters("b");
            send_and_wait(SIGTERM);
        })
        .prints("baD15")
        .exits(7),
        scenario("exit_in_a_handler_that_a_signal_runs_runs_handlers_of_c", || {
            register_in_c();
            signals::install().unwrap();
            register_letters("a");
            atexit::register(|| atexit::exit(7));
            send_and_wait(SIGTERM);
        })
        .prints("aD15C")
        .exits(7),
        scenario("what_a_handler_prints_before_it_exits_is_not_lost", || {
            signals::install().unwrap();
            atexit::clear();
            atexit::register(|| {
                print!("no newline");
                atexit::exit(0)
            });
            send_and_wait(SIGTERM);
        })
        .prints("no newline"),
        scenario("exit_in_a_destructor_of_the_thread_of_a_handler_that_a_signal_runs_ends_with_that_status", || {
            thread_local!(static EXITS: Destructor = const { Destructor::new() });
            signals::install().unwrap();
            register_letters("a");
            atexit::register(atexit::on_thread(|| EXITS.with(|destructor| destructor.calls(|| atexit::exit(7)))));
            register_letters("b");
            send_and_wait(SIGTERM);
        })
        .ends_soon()
        .prints("baD15")
        .exits(7),
        exits_meanwhile("returns", begin_to_exit_in_a_handler),
        exits_meanwhile("calls_process_exit", || {
            begin_to_exit_in_a_handler();
            std::process::exit(5)
        }),
        exits_meanwhile("calls_exit_of_c", || {
            begin_to_exit_in_a_handler();
            // SAFETY: no other thread of the program calls it.
            unsafe { libc::exit(6) }
        }),
    ]
}

/// A handler exits, and `main` does in this way, too.
fn exits_meanwhile(way: &str, main: fn()) -> Scenario {
    let mut scenario = helper(format!("exiting_in_a_handler_while_main_{way}"), main);
    for (moment, then) in MOMENTS {
        for (with, has_deadline) in [("", false), ("_with_a_deadline", true)] {
            let promise = format!("exit_in_a_handler_that_a_signal_runs_wins_while_main_{way}_{then}{with}");
            scenario = scenario.test(promise, move |program| {
                (0..25).try_for_each(|_| {
                    let mut command = program.command()?;
                    command.env(MOMENT, moment);
                    if has_deadline {
                        command.env(DEADLINE, "");
                    }
                    Process::run(command)?.is(PRINTED, Status::Code(3))
                })
            });
        }
    }
    scenario
}
