//! Signals where no thread can be started.

use atexit::signals;
use atexit_test_support::{Scenario, refuse_threads, register_letters, scenario};
use libc::SIGTERM;

use crate::programs::send_and_wait;

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("the_handlers_run_where_no_thread_can_be_started", || {
            signals::install().unwrap();
            register_letters("ab");
            refuse_threads();
            send_and_wait(SIGTERM);
        })
        .prints("baD15")
        .killed_by(SIGTERM),
        scenario("what_a_handler_prints_is_not_lost_where_no_thread_can_be_started", || {
            signals::install().unwrap();
            // The annotated one flushes.
            atexit::clear();
            atexit::register(|| print!("no newline"));
            refuse_threads();
            send_and_wait(SIGTERM);
        })
        .prints("no newline")
        .killed_by(SIGTERM),
        scenario("what_c_has_buffered_is_not_lost_where_no_thread_can_be_started", || {
            signals::install().unwrap();
            atexit::clear();
            // SAFETY: it is a string of C. To a pipe, C's stream isn't flushed at the end of a line.
            atexit::register(|| _ = unsafe { libc::puts(c"in C".as_ptr()) });
            refuse_threads();
            send_and_wait(SIGTERM);
        })
        .prints("in C\n")
        .killed_by(SIGTERM),
    ]
}
