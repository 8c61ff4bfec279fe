//! Limits of the process: what a thread for a handler is given, and what becomes of the handler where it isn't.
//! Programs that qemu 7.2 runs can't change them.

use std::cell::Cell;
use std::thread;

use atexit::{guard, on_thread, register};
use atexit_test_support::{Limit, Process, Scenario, Status, Trial, helper, limit, program, register_letters};

use crate::on_thread::unix::has_large_locals;

const MEBIBYTE: usize = 1 << 20;

thread_local! {
    static TEXT: Cell<String> = const { Cell::new(String::new()) };
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        helper("using_a_mebibyte_of_the_stack_on_a_thread", || {
            register_letters("a");
            register(on_thread(has_large_locals::<MEBIBYTE>));
            register(on_thread(|| drop(guard(on_thread(has_large_locals::<MEBIBYTE>)))));
            register_letters("b");
        }),
        helper("using_a_thread_local_on_a_thread", || {
            let this = thread::current().id();
            TEXT.set("in use".to_owned());
            register_letters("a");
            register(on_thread(move || {
                TEXT.set("fresh".to_owned());
                print!("{} {} ", thread::current().id() != this, TEXT.take());
            }));
            register_letters("b");
        }),
    ]
}

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |promise, name: &'static str, limits: &'static [Limit], stdout: &'static str| {
        Trial::test(promise, move || {
            let mut command = program(name);
            limit(&mut command, limits);
            Process::start(command)?.end()?.is(stdout, Status::Code(0))
        })
    };
    vec![
        trial(
            "a_handler_on_a_thread_has_the_stack_of_a_thread_where_main_has_less",
            "using_a_mebibyte_of_the_stack_on_a_thread",
            &[Limit::Stack(256 << 10)],
            "b1 1 aD",
        ),
        #[cfg(target_os = "linux")]
        trial(
            "a_handler_has_a_thread_of_its_own_where_the_address_space_is_small_and_the_stack_is_not",
            "using_a_thread_local_on_a_thread",
            &Limit::SMALL_ADDRESS_SPACE,
            "btrue fresh aD",
        ),
    ]
}
