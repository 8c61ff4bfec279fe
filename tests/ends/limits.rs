//! Limits of the process: what a thread for a handler is given, and what becomes of the handler where it isn't.
//! Programs that qemu 7.2 runs can't change them.

#[cfg(target_os = "linux")]
use std::cell::Cell;
#[cfg(target_os = "linux")]
use std::thread;

use atexit::{guard, on_thread, register};
use atexit_test_support::{Failed, Limit, Process, Program, Scenario, Status, helper, limit, register_letters};

use crate::on_thread::unix::has_large_locals;

const MEBIBYTE: usize = 1 << 20;

#[cfg(target_os = "linux")]
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
        })
        .test("a_handler_on_a_thread_has_the_stack_of_a_thread_where_main_has_less", |program| {
            prints(program, &[Limit::Stack(256 << 10)], "b1 1 aD")
        }),
        #[cfg(target_os = "linux")]
        helper("using_a_thread_local_on_a_thread", || {
            let this = thread::current().id();
            TEXT.set("in use".to_owned());
            register_letters("a");
            register(on_thread(move || {
                TEXT.set("fresh".to_owned());
                print!("{} {} ", thread::current().id() != this, TEXT.take());
            }));
            register_letters("b");
        })
        .test("a_handler_has_a_thread_of_its_own_where_the_address_space_is_small_and_the_stack_is_not", |program| {
            prints(program, &Limit::SMALL_ADDRESS_SPACE, "btrue fresh aD")
        }),
    ]
}

/// It begins with these limits, prints this, and exits with status 0.
fn prints(program: &Program, limits: &[Limit], stdout: &str) -> Result<(), Failed> {
    let mut command = program.command()?;
    limit(&mut command, limits);
    Process::run(command)?.is(stdout, Status::Code(0))
}
