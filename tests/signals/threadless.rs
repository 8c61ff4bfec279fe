//! Signals where no thread can be started.

use std::io;
use std::thread;

use atexit::signals;
use atexit_test_support::{Scenario, register_letters, scenario};
use libc::SIGTERM;

use crate::programs::send_and_wait;

/// From now on, this process can start no thread.
fn refuse_threads() {
    /// That of `nobody`. Any will do that isn't the superuser's, which has no such limit.
    const UNPRIVILEGED: libc::uid_t = 65534;

    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: they only take rights from this process.
    unsafe {
        assert_eq!(libc::setrlimit(libc::RLIMIT_NPROC, &raw const none), 0, "{}", io::Error::last_os_error());
        if libc::geteuid() == 0 {
            assert_eq!(libc::setuid(UNPRIVILEGED), 0, "{}", io::Error::last_os_error());
        }
    }
    assert!(thread::Builder::new().spawn(|| ()).is_err(), "no thread can be started");
}

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
