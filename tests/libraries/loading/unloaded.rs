//! Where `dlclose` unloads a library that nothing keeps, as with glibc.

use atexit_test_support::{Trial, times_here};

use super::{LOADING, leaves, loading, start};

/// What is promised, the C program's name for it, the letters, and the status.
pub(super) const IN_C: [(&str, &str, &str, i32); 23] = [
    ("the_handlers_of_a_library_run_when_it_is_unloaded", "closed", "(ba321)|X", 0),
    ("the_handlers_of_a_library_that_stays_run_at_exit_in_their_slots", "left_open", "|bCa321X", 0),
    // glibc doesn't unload what a living thread will call a destructor of.
    ("a_library_that_a_thread_local_keeps_runs_its_handlers_at_exit", "kept_by_a_thread_local", "()|ba321", 0),
    ("a_library_that_is_loaded_again_begins_anew", "loaded_again", "(a321)(b321)(c321)|d321", 0),
    ("a_lazy_of_a_library_is_dropped_when_it_is_unloaded", "lazy_closed", "(bLa321)|", 0),
    ("a_lazy_of_a_library_that_stays_is_dropped_at_exit_in_its_slot", "lazy_left_open", "|bCLa321", 0),
    ("a_lazy_of_a_library_that_is_loaded_again_is_made_again", "lazy_loaded_again", "(L321)(L321)(L321)|", 0),
    ("what_was_unregistered_does_not_run_when_the_library_is_unloaded", "unregistered", "(a321)|", 0),
    ("a_deadline_does_not_hold_up_unloading", "closed_in_time", "(a321)|", 0),
    ("two_libraries_keep_their_handlers_apart_and_in_order", "two_loaded", "|dcba321321", 0),
    ("to_unload_one_of_two_libraries_runs_its_handlers_alone", "one_of_two_closed", "(ca321)|db321", 0),
    ("a_handler_may_unload_another_library", "one_closes_the_other", "|c(a321)b321", 0),
    ("exit_in_a_handler_of_a_library_that_is_unloaded_runs_the_rest", "exit_while_unloaded", "(ba321X", 5),
    ("a_library_that_is_unloaded_sees_that", "closed_for_a_reason", "({an unload}321)|", 0),
    (
        "exit_in_a_handler_of_a_library_that_is_unloaded_tells_the_status",
        "exit_for_a_reason_while_unloaded",
        "({an unload}{status 5}321",
        5,
    ),
    (
        "exit_of_c_in_a_handler_of_a_library_that_is_unloaded_tells_the_status",
        "exit_of_c_for_a_reason_while_unloaded",
        "({an unload}{status 5}321",
        5,
    ),
    ("a_library_that_stays_sees_the_status", "left_open_for_a_reason", "{status 3}321", 3),
    ("a_library_that_is_loaded_at_exit_runs_its_handlers", "loaded_at_exit", "|a321", 0),
    ("a_forked_child_inherits_the_handlers_of_a_library", "forked", "[|a321]|a321", 0),
    ("threads_and_forks_work_after_a_library_was_unloaded", "alive_after_closing", "(ba321)t[|XX]|XX", 0),
    ("the_handlers_run_on_the_thread_that_unloads", "closed_on_a_thread", "(ba321)|", 0),
    // The loader's lock is held, for which a thread would wait.
    ("to_unload_a_library_runs_what_is_to_run_on_a_thread_in_place", "on_thread_closed", "(boa321)|", 0),
    ("a_library_that_stays_runs_a_handler_on_a_thread_at_exit", "on_thread_left_open", "|boa321", 0),
];

/// The same of the program in Rust.
pub(super) const IN_RUST: [(&str, &str, &str, i32); 4] = [
    ("two_runtimes_in_one_process_keep_one_order", "returns", "|dcba3219", 0),
    ("to_unload_a_library_leaves_the_handlers_of_the_program", "closes", "(db321)|ca9", 0),
    ("a_handler_of_the_program_may_unload_a_library", "closes_at_exit", "|(db321)ca9", 0),
    ("exit_of_a_library_in_a_handler_of_the_program_runs_the_rest", "exits_by_the_library", "|dcba3219", 5),
];

/// What is left around a handler that panics, and of handlers that take too long.
pub(super) const PANIC: &str = "(ba321)|";
pub(super) const DEADLINE: &str = "(b";

pub(super) fn races() -> Vec<Trial> {
    vec![
        // Of the two handlers that are left, one is running on the thread that unloads, and waits for the exit.
        Trial::test("exit_while_a_library_is_unloaded_runs_the_rest_a_hundred_times", || {
            (0..times_here(100)).try_for_each(|_| leaves(loading(start(&LOADING)?, "exit_while_closed")?, "nsNL", 0))
        }),
        // The thread that unloads goes on doing so: the other may wait for it.
        Trial::test("exit_of_a_library_while_it_is_unloaded_ends_the_process_a_hundred_times", || {
            (0..times_here(100))
                .try_for_each(|_| leaves(loading(start(&LOADING)?, "exit_by_library_while_closed")?, "nsNL", 3))
        }),
        Trial::test("a_library_that_is_unloaded_keeps_the_order_when_the_exit_begins_meanwhile", || {
            (0..10).try_for_each(|_| leaves(loading(start(&LOADING)?, "exit_begins_while_unloading_waits")?, "(aC)", 3))
        }),
        Trial::test("a_library_that_is_unloaded_runs_what_is_left_beside_the_exit_a_hundred_times", || {
            (0..times_here(100))
                .try_for_each(|_| leaves(loading(start(&LOADING)?, "exit_beside_unloading")?, "cfoF", 0))
        }),
    ]
}
