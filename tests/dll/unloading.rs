//! `FreeLibrary`: the handlers run on the thread that calls it, under the loader's lock.
//!
//! What is left while the library is unloaded stands in round brackets, and what is left at exit after the bar.

use atexit_test_support::{Scenario, panicked, scenario};

use crate::library::{Library, calls_process_exit_6, exits_with_5, on_this_thread, put, registers, with_letters};

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("the_handlers_of_a_dll_run_when_it_is_unloaded", || {
            let library = with_letters("ab");
            library.unload();
            put('|');
        })
        .prints("(ba321)|"),
        scenario("a_dll_that_is_loaded_again_begins_anew", || {
            with_letters("a").unload();
            with_letters("b").unload();
            with_letters("c");
            put('|');
        })
        .prints("(a321)(b321)|c321"),
        scenario("a_lazy_of_a_dll_is_dropped_when_it_is_unloaded", || {
            let library = with_letters("a");
            library.use_lazy();
            library.letters("b");
            library.unload();
            put('|');
        })
        .prints("(bLa321)|"),
        scenario("a_handler_that_is_registered_while_a_dll_is_unloaded_runs_next", || {
            let library = with_letters("a");
            library.call(registers);
            library.letters("b");
            library.unload();
        })
        .prints("(b[]yxa321)"),
        scenario("a_deadline_does_not_hold_up_unloading_a_dll", || {
            let library = Library::load();
            library.set_deadline(60_000);
            library.letters("a");
            library.unload();
            put('|');
        })
        .prints("(a321)|"),
        scenario("unloading_a_dll_runs_what_is_to_run_on_a_thread_in_place", || {
            let library = on_this_thread();
            library.unload();
        })
        .prints("(boa321)"),
        scenario("a_dll_that_is_unloaded_sees_that", || {
            let library = Library::load();
            library.write_reason();
            library.call(exits_with_5);
            library.write_reason();
            library.unload();
        })
        .prints("({an unload}{status 5}321")
        .exits(5),
        // Windows would call what isn't there any more.
        scenario("a_dll_that_has_installed_console_events_stays", || {
            let library = with_letters("a");
            assert!(library.install_signals());
            library.free();
            assert!(Library::is_loaded());
            put('|');
        })
        .prints("()|a321"),
        scenario("a_panic_in_a_handler_of_a_dll_stays_there", || {
            let library = with_letters("a");
            library.panic();
            library.letters("b");
            library.unload();
        })
        .prints("(ba321)")
        .panics()
        .reports(panicked!(
            "handlers::atexit_panic::{{closure}} (tests/library/../fixtures/libraries/handlers/lib.rs:N)"
        )),
        // Under the loader's lock, where the program's handlers could wait for no thread.
        scenario("process_exit_in_a_handler_while_a_dll_is_unloaded_is_left_to_the_system", || {
            atexit::install_exit_hook().unwrap();
            atexit::register_with(put, ('p',));
            let library = with_letters("a");
            library.call(calls_process_exit_6);
            library.letters("b");
            library.unload();
        })
        .prints("(b")
        .exits(6),
        scenario("exit_in_a_handler_while_a_dll_is_unloaded_runs_the_rest", || {
            let library = with_letters("a");
            library.call(exits_with_5);
            library.letters("b");
            library.unload();
        })
        .prints("(ba321")
        .exits(5),
    ]
}
