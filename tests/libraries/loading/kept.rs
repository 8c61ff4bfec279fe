//! Where `dlclose` unloads nothing, as with musl (`src/ldso/dlclose.c`): a library's handlers run at exit.

use atexit_test_support::Trial;

/// What is promised, the C program's name for it, the letters, and the status.
pub(super) const IN_C: [(&str, &str, &str, i32); 22] = [
    ("the_handlers_of_a_library_that_was_closed_run_at_exit_in_their_slots", "closed", "()|bXa321", 0),
    ("the_handlers_of_a_library_that_stays_run_at_exit_in_their_slots", "left_open", "|bCa321X", 0),
    ("a_library_that_a_thread_local_keeps_runs_its_handlers_at_exit", "kept_by_a_thread_local", "()|ba321", 0),
    ("a_library_that_is_loaded_again_goes_on", "loaded_again", "()()()|dcba321", 0),
    ("a_lazy_of_a_library_that_was_closed_is_dropped_at_exit", "lazy_closed", "()|bLa321", 0),
    ("a_lazy_of_a_library_that_stays_is_dropped_at_exit_in_its_slot", "lazy_left_open", "|bCLa321", 0),
    ("a_lazy_of_a_library_that_is_loaded_again_is_still_the_same", "lazy_loaded_again", "()()()|L321", 0),
    ("what_was_unregistered_does_not_run_after_a_library_was_closed", "unregistered", "()|a321", 0),
    ("a_deadline_does_not_hold_up_closing", "closed_in_time", "()|a321", 0),
    ("two_libraries_keep_their_handlers_apart_and_in_order", "two_loaded", "|dcba321321", 0),
    ("to_close_one_of_two_libraries_leaves_the_order_as_it_is", "one_of_two_closed", "()|dcba321321", 0),
    ("a_handler_may_close_another_library", "one_closes_the_other", "|c()ba321321", 0),
    // Without C's, which is the `X`.
    ("exit_in_a_handler_of_a_library_that_was_closed_runs_the_rest", "exit_while_unloaded", "()|ba321", 5),
    ("a_library_that_was_closed_sees_the_exit", "closed_for_a_reason", "()|{an unknown status}321", 0),
    (
        "exit_in_a_handler_of_a_library_that_was_closed_tells_the_status",
        "exit_for_a_reason_while_unloaded",
        "()|{an unknown status}{status 5}321",
        5,
    ),
    ("a_library_that_stays_sees_an_exit", "left_open_for_a_reason", "{an unknown status}321", 3),
    ("a_library_that_is_loaded_at_exit_runs_its_handlers", "loaded_at_exit", "|a321", 0),
    ("a_forked_child_inherits_the_handlers_of_a_library", "forked", "[|a321]|a321", 0),
    ("threads_and_forks_work_after_a_library_was_closed", "alive_after_closing", "()t[|bXa321X]|bXa321X", 0),
    ("the_handlers_run_on_the_thread_that_exits", "closed_on_a_thread", "()|ba321", 0),
    // Not on the thread that closes it.
    ("what_is_to_run_on_a_thread_runs_there_after_a_library_was_closed", "on_thread_closed", "()|b!a321", 0),
    ("a_library_that_stays_runs_a_handler_on_a_thread_at_exit", "on_thread_left_open", "|boa321", 0),
];

/// The same of the program in Rust.
pub(super) const IN_RUST: [(&str, &str, &str, i32); 3] = [
    ("two_runtimes_in_one_process_keep_one_order", "returns", "|dcba3219", 0),
    ("to_close_a_library_leaves_the_order_as_it_is", "closes", "()|dcba3219", 0),
    ("a_handler_of_the_program_may_close_a_library", "closes_at_exit", "|()dcba3219", 0),
];

/// What is left around a handler that panics, and of handlers that take too long.
pub(super) const PANIC: &str = "()|ba321";
pub(super) const DEADLINE: &str = "()|b";

/// Nothing is unloaded while anything else happens.
pub(super) fn races() -> Vec<Trial> {
    Vec::new()
}
