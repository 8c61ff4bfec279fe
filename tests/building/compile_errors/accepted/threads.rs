//! Functions of every form that run on a thread of their own, and the option `thread` beside every other.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::rc::Rc;
use std::thread::{self, ThreadId};

use atexit::{Outcome, atexit};

#[atexit(thread)]
fn alone() {}

#[atexit(thread,)]
fn trailing_comma() {}

#[atexit(thread, args(1))]
fn before_args(_: u8) {}

#[atexit(args(1), thread)]
fn after_args(_: u8) {}

#[atexit(thread, priority = 2)]
fn before_priority() {}

#[atexit(priority = 2, thread)]
fn after_priority() {}

#[atexit(thread, crate = ::atexit)]
fn before_crate() {}

#[atexit(crate = ::atexit, thread)]
fn after_crate() {}

#[atexit(args(1), priority = 2, thread, crate = ::atexit)]
fn args_priority_thread_crate(_: u8) {}

#[atexit(thread, crate = ::atexit, args(1), priority = 2)]
fn thread_crate_args_priority(_: u8) {}

#[atexit(crate = ::atexit, priority = 2, args(1), thread,)]
fn crate_priority_args_thread(_: u8) {}

#[atexit::register(thread)]
fn by_the_other_name() {}

#[atexit(thread)]
fn status() -> ExitCode {
    ExitCode::SUCCESS
}

#[atexit(thread)]
fn result() -> Result<(), Box<dyn std::error::Error + Send>> {
    Ok(())
}

#[atexit(thread)]
fn some_outcome() -> impl Outcome {}

#[atexit(thread, priority = i32::MIN)]
fn never() -> ! {
    std::process::abort()
}

// What is made on the thread and stays there need not be `Send`.
#[atexit(thread, args(Rc::new("Donny")))]
fn neither_sent(name: Rc<&'static str>) -> Result<(), Rc<&'static str>> {
    if *name == "Donny" { Ok(()) } else { Err(name) }
}

#[atexit(thread, args(&String::from("Donny")))]
fn borrows(name: &str) -> Result<(), &str> {
    if name == "Donny" { Ok(()) } else { Err(name) }
}

#[atexit(args(thread::current().id()), thread)]
fn arguments_of_that_thread(id: ThreadId) {
    assert_eq!(thread::current().id(), id);
}

macro_rules! on_thread {
    ($name:ident, $option:ident, $($rest:tt)*) => {
        #[atexit($option, $($rest)*)]
        fn $name() {}
    };
}

on_thread!(from_a_macro, thread, priority = 1);

fn main() {
    #[atexit(thread)]
    fn in_a_function() {}

    assert_eq!(atexit::count(), 21);
    // One of them aborts.
    assert_eq!(atexit::unregister(never), 1);
}
