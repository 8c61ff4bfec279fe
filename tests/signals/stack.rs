//! Handlers that a signal runs have as much stack as `main` has.

use std::hint::black_box;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use atexit::signals;
use atexit_test_support::{Failed, Left, Process, Scenario, Status, Trial, helper, program};
use libc::{RLIM_INFINITY, SIGTERM, rlim_t};

use crate::programs::send_and_wait;

/// The variable that says how many bytes of the stack are used.
const BYTES: &str = "BYTES";

const MEBIBYTE: rlim_t = 1 << 20;

/// How many bytes the large closure captures. Without optimisation, the stack holds several copies of it.
const LARGE: usize = 3 << 19;

/// Uses so many bytes of the stack for one array.
fn with_a_large_array<const BYTES: usize>() {
    let mut array = [0_u8; BYTES];
    black_box(&mut array).fill(1);
    black_box(&array);
}

/// Uses so many bytes of the stack below that address, in many calls.
fn recursive(address: usize, bytes: usize) {
    let block = [0_u8; 1024];
    if address - (&raw const block).addr() < bytes {
        recursive(address, bytes);
    }
    // The call is not the last thing that is done, or there might be none.
    black_box(&block);
}

/// Uses the stack of `main`, and in a handler that a signal runs just as much of the stack there.
fn use_the_stack(with: fn()) {
    signals::install().unwrap();
    atexit::register(move || {
        with();
        print!("handler ");
    });
    with();
    print!("main ");
    send_and_wait(SIGTERM);
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        helper("using_the_stack_for_a_large_array", || use_the_stack(with_a_large_array::<{ 6 << 20 }>)),
        helper("with_a_large_closure", || {
            signals::install().unwrap();
            let captured = [1_u8; LARGE];
            atexit::register(move || {
                let sum: usize = black_box(&captured).iter().map(|&byte| usize::from(byte)).sum();
                print!("{} ", sum == LARGE);
            });
            send_and_wait(SIGTERM);
        }),
        helper("using_the_stack_for_recursion", || {
            use_the_stack(|| {
                let first = 0_u8;
                recursive((&raw const first).addr(), std::env::var(BYTES).unwrap().parse().unwrap());
            });
        }),
    ]
}

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |promise, name, bytes: rlim_t, limit| Trial::test(promise, move || uses(name, bytes, limit));
    let mut trials = vec![
        trial(
            "a_handler_that_a_signal_runs_may_have_a_large_local_array",
            "using_the_stack_for_a_large_array",
            6 * MEBIBYTE,
            8 * MEBIBYTE,
        ),
        trial(
            "a_handler_that_a_signal_runs_may_recurse_deeply",
            "using_the_stack_for_recursion",
            6 * MEBIBYTE,
            8 * MEBIBYTE,
        ),
    ];
    // Programs that qemu 7.2 runs can't change the limit: their call succeeds, and `exec` finds the limit as it was.
    if cfg!(not(emulator = "qemu")) {
        trials.extend([
            Trial::test("a_handler_that_a_signal_runs_may_be_a_large_closure", || {
                let left = with_limit(program("with_a_large_closure"), 16 * MEBIBYTE)?;
                left.is("true D15", Status::Signal(SIGTERM))
            }),
            trial(
                "a_handler_that_a_signal_runs_has_as_much_stack_as_main_where_that_has_more",
                "using_the_stack_for_recursion",
                48 * MEBIBYTE,
                64 * MEBIBYTE,
            ),
            trial(
                "a_handler_that_a_signal_runs_may_recurse_deeply_where_the_stack_has_no_limit",
                "using_the_stack_for_recursion",
                6 * MEBIBYTE,
                RLIM_INFINITY,
            ),
        ]);
    }
    trials
}

/// Ends a program that uses so much of the stack, where it may use as much as the limit says.
fn uses(name: &str, bytes: rlim_t, limit: rlim_t) -> Result<(), Failed> {
    let mut command = program(name);
    command.env(BYTES, bytes.to_string());
    with_limit(command, limit)?.is("main handler D15", Status::Signal(SIGTERM))
}

/// Runs a program whose stack may grow to that limit.
fn with_limit(mut command: Command, limit: rlim_t) -> Result<Left, Failed> {
    // SAFETY: both may be called between `fork` and `exec`, and allocate nothing.
    unsafe {
        command.pre_exec(move || {
            let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            libc::getrlimit(libc::RLIMIT_STACK, &raw mut limits);
            limits.rlim_cur = limit;
            if libc::setrlimit(libc::RLIMIT_STACK, &raw const limits) == 0 {
                Ok(())
            } else {
                Err(io::Error::last_os_error())
            }
        });
    }
    Process::start(command)?.end()
}
