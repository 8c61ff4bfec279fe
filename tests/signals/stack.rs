//! Handlers that a signal runs have as much stack as `main` has.

use std::hint::black_box;
use std::process::Command;

use atexit::signals;
use atexit_test_support::{Failed, Left, Limit, Process, Program, Scenario, Status, also, helper, limit};
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

/// Programs that qemu 7.2 runs can't change the limit: their call succeeds, and `exec` finds the limit as it was.
const CAN_LIMIT: bool = cfg!(not(emulator = "qemu"));

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        helper("using_the_stack_for_a_large_array", || use_the_stack(with_a_large_array::<{ 6 << 20 }>))
            .test("a_handler_that_a_signal_runs_may_have_a_large_local_array", |program| {
                uses(program, 6 * MEBIBYTE, 8 * MEBIBYTE)
            }),
        helper("using_the_stack_for_recursion", || {
            use_the_stack(|| {
                let first = 0_u8;
                recursive((&raw const first).addr(), std::env::var(BYTES).unwrap().parse().unwrap());
            });
        })
        .test("a_handler_that_a_signal_runs_may_recurse_deeply", |program| uses(program, 6 * MEBIBYTE, 8 * MEBIBYTE)),
        also("using_the_stack_for_recursion")
            .unless(!CAN_LIMIT)
            .test("a_handler_that_a_signal_runs_has_as_much_stack_as_main_where_that_has_more", |program| {
                uses(program, 48 * MEBIBYTE, 64 * MEBIBYTE)
            })
            .test("a_handler_that_a_signal_runs_may_recurse_deeply_where_the_stack_has_no_limit", |program| {
                uses(program, 6 * MEBIBYTE, RLIM_INFINITY)
            }),
        helper("with_a_large_closure", || {
            signals::install().unwrap();
            let captured = [1_u8; LARGE];
            atexit::register(move || {
                let sum: usize = black_box(&captured).iter().map(|&byte| usize::from(byte)).sum();
                print!("{} ", sum == LARGE);
            });
            send_and_wait(SIGTERM);
        })
        .unless(!CAN_LIMIT)
        .test("a_handler_that_a_signal_runs_may_be_a_large_closure", |program| {
            let left = left_by(program.command()?, &[Limit::Stack(16 * MEBIBYTE)])?;
            left.is("true D15", Status::Signal(SIGTERM))
        }),
        helper("using_the_stack_in_a_handler_alone", || {
            signals::install().unwrap();
            atexit::register(|| {
                let first = 0_u8;
                recursive((&raw const first).addr(), usize::try_from(MEBIBYTE).unwrap());
                print!("handler ");
            });
            send_and_wait(SIGTERM);
        })
        .unless(!CAN_LIMIT)
        .test("a_handler_that_a_signal_runs_has_the_stack_of_a_thread_where_main_has_less", |program| {
            let left = left_by(program.command()?, &[Limit::Stack(MEBIBYTE / 4)])?;
            left.is("handler D15", Status::Signal(SIGTERM))
        }),
        #[cfg(target_os = "linux")]
        helper("installing", || {
            signals::install().unwrap();
            atexit_test_support::register_letters("ab");
            send_and_wait(SIGTERM);
        })
        .unless(!CAN_LIMIT)
        .test("signals_can_be_installed_where_the_address_space_is_small_and_the_stack_is_not", |program| {
            left_by(program.command()?, &Limit::SMALL_ADDRESS_SPACE)?.is("baD15", Status::Signal(SIGTERM))
        }),
    ]
}

/// Ends a program that uses so much of the stack, where it may use as much as the limit says.
fn uses(program: &Program, bytes: rlim_t, limit: rlim_t) -> Result<(), Failed> {
    let mut command = program.command()?;
    command.env(BYTES, bytes.to_string());
    left_by(command, &[Limit::Stack(limit)])?.is("main handler D15", Status::Signal(SIGTERM))
}

/// What a program leaves that begins with these limits.
fn left_by(mut command: Command, limits: &[Limit]) -> Result<Left, Failed> {
    limit(&mut command, limits);
    Process::run(command)
}
