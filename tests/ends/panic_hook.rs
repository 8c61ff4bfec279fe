//! `install_panic_hook` in a program that unwinds, and panic hooks of the program's own that exit. That the former
//! helps a program that aborts is in the tests of libraries.

use std::panic::{catch_unwind, set_hook};
use std::thread;

use atexit::{exit, install_panic_hook, register};
use atexit_test_support::{Scenario, panicked, register_letters, scenario};

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("where_panics_unwind_the_panic_hook_leaves_handlers_for_exit", || {
            set_hook(Box::new(|_| print!("(hook)")));
            install_panic_hook();
            register_letters("ab");
            assert!(catch_unwind(|| panic!("as the test wants")).is_err());
            assert!(thread::spawn(|| panic!("as the test wants")).join().is_err());
            print!("caught ");
        })
        .prints("(hook)(hook)caught baD"),
        scenario("where_panics_unwind_the_panic_hook_leaves_a_panic_in_main_as_it_is", || {
            install_panic_hook();
            install_panic_hook();
            register_letters("ab");
            panic!("as the test wants");
        })
        .prints("baD")
        .exits(101)
        .panics(),
        scenario("where_panics_unwind_the_panic_hook_leaves_a_panic_in_a_handler_contained", || {
            install_panic_hook();
            register_letters("a");
            register(|| panic!("as the test wants"));
            register_letters("b");
        })
        .prints("baD")
        .panics()
        .reports(panicked!("ends::panic_hook::scenarios::{{closure}}::{{closure}} (tests/ends/panic_hook.rs:N)")),
        scenario("a_panic_hook_that_exits_runs_the_handlers_where_main_panics", || {
            set_hook(Box::new(|_| exit(3)));
            register_letters("ab");
            panic!("as the test wants");
        })
        .prints("baD")
        .exits(3),
        scenario("a_panic_hook_that_exits_runs_the_handlers_where_a_thread_panics", || {
            set_hook(Box::new(|_| exit(3)));
            register_letters("ab");
            let _ = thread::spawn(|| panic!("as the test wants")).join();
            print!("too late");
        })
        .prints("baD")
        .exits(3),
        scenario("a_panic_hook_that_exits_runs_the_rest_where_a_handler_panics", || {
            set_hook(Box::new(|_| exit(3)));
            register_letters("a");
            register(|| panic!("as the test wants"));
            register_letters("b");
        })
        .prints("baD")
        .exits(3),
    ]
}
