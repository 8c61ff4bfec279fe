//! `SIGPIPE`: where nobody reads standard error any more, what is written there raises it, and by default it ends the
//! process. Rust's runtime has it ignored; C hosts don't, and programs give it back its default.

use atexit_test_support::Scenario;

/// There is no such signal here.
#[cfg(not(unix))]
pub(crate) fn scenarios() -> Vec<Scenario> {
    Vec::new()
}

#[cfg(unix)]
pub(crate) use unix::scenarios;

#[cfg(unix)]
mod unix {
    use std::io::{self, Write};
    use std::mem::{self, MaybeUninit};
    use std::os::unix::net::UnixStream;
    use std::ptr;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::time::Duration;

    use atexit::{guard, on_thread, register};
    use atexit_test_support::{
        Failed, Process, Program, Status, break_standard_error, helper, register_letters, replace_standard_error,
        scenario, sleep_for_long,
    };
    use libc::{SIG_BLOCK, SIG_DFL, SIG_IGN, SIG_UNBLOCK, SIGPIPE, sighandler_t};

    use super::Scenario;
    use crate::in_the_annotated_handler;
    use crate::streams::register_some_that_fail;

    /// How often the program's own handler was called.
    static CALLED: AtomicUsize = AtomicUsize::new(0);

    extern "C" fn called(_signal: i32) {
        CALLED.fetch_add(1, Relaxed);
    }

    fn set_action(action: sighandler_t) {
        // SAFETY: the handler above only counts.
        assert_ne!(unsafe { libc::signal(SIGPIPE, action) }, libc::SIG_ERR);
    }

    fn count_calls() {
        set_action(called as extern "C" fn(i32) as sighandler_t);
    }

    /// Blocks it on this thread, or unblocks it.
    fn mask(how: i32) {
        // SAFETY: the set is made by `sigemptyset`.
        unsafe {
            let mut set = mem::zeroed();
            libc::sigemptyset(&raw mut set);
            libc::sigaddset(&raw mut set, SIGPIPE);
            assert_eq!(libc::pthread_sigmask(how, &raw const set, ptr::null_mut()), 0);
        }
    }

    /// Whether it is blocked on this thread.
    fn is_blocked() -> bool {
        // SAFETY: a null pointer changes nothing, and the set is written to.
        unsafe {
            let mut set = MaybeUninit::uninit();
            assert_eq!(libc::pthread_sigmask(SIG_BLOCK, ptr::null(), set.as_mut_ptr()), 0);
            libc::sigismember(set.as_ptr(), SIGPIPE) == 1
        }
    }

    /// Whether it waits to be unblocked.
    fn is_pending() -> bool {
        // SAFETY: the set is written to.
        unsafe {
            let mut set = MaybeUninit::uninit();
            assert_eq!(libc::sigpending(set.as_mut_ptr()), 0);
            libc::sigismember(set.as_ptr(), SIGPIPE) == 1
        }
    }

    /// Where nobody reads standard error, handlers fail that the program has registered before: all run, and it exits
    /// with status 3.
    fn survives(name: &'static str, program: fn()) -> Scenario {
        let program = move || {
            register_some_that_fail();
            set_action(SIG_DFL);
            break_standard_error();
            program();
            atexit::exit(3)
        };
        scenario(name, program).prints("cbaD").exits(3)
    }

    pub(crate) fn scenarios() -> Vec<Scenario> {
        vec![
            survives("a_report_that_nobody_can_read_does_not_raise_sigpipe", || ()),
            survives("a_report_to_a_socket_that_nobody_can_read_does_not_raise_sigpipe", || {
                let (one, other) = UnixStream::pair().unwrap();
                replace_standard_error(one);
                drop(other);
            }),
            survives("a_report_of_process_exit_that_nobody_can_read_does_not_raise_sigpipe", || {
                std::process::exit(3);
            }),
            survives("a_report_of_run_that_nobody_can_read_does_not_raise_sigpipe", || {
                atexit::run();
                print!("|");
            })
            .prints("cbaD|"),
            survives("a_report_of_a_handler_on_a_thread_that_nobody_can_read_does_not_raise_sigpipe", || {
                register(on_thread(|| drop(guard(|| Err::<(), _>("unheard of")))));
                register_letters("d");
            })
            .prints("dcbaD"),
            survives("a_failure_hook_that_panics_where_nobody_reads_does_not_raise_sigpipe", || {
                atexit::set_failure_hook(|_| panic!("the hook, too"));
            }),
            survives("where_sigpipe_is_ignored_a_report_that_nobody_can_read_does_no_harm", || {
                set_action(SIG_IGN);
            }),
            survives("a_report_that_nobody_can_read_does_not_call_the_programs_handler_of_sigpipe", || {
                count_calls();
                in_the_annotated_handler(|| print!("{}", CALLED.load(Relaxed)));
            })
            .prints("cbaD0"),
            survives("after_a_report_that_nobody_can_read_the_program_gets_the_sigpipe_of_its_own", || {
                count_calls();
                in_the_annotated_handler(|| {
                    let _ = io::stderr().write(b"x");
                    print!("{} {}", is_blocked(), CALLED.load(Relaxed));
                });
            })
            .prints("cbaDfalse 1"),
            survives("a_report_that_nobody_can_read_leaves_no_sigpipe_pending_where_it_is_blocked", || {
                mask(SIG_BLOCK);
                in_the_annotated_handler(|| print!("{} {}", is_blocked(), is_pending()));
            })
            .prints("cbaDtrue false"),
            survives("a_report_that_nobody_can_read_leaves_the_sigpipe_that_is_pending_for_the_thread", || {
                count_calls();
                mask(SIG_BLOCK);
                // SAFETY: it is blocked.
                assert_eq!(unsafe { libc::raise(SIGPIPE) }, 0);
                in_the_annotated_handler(|| {
                    print!("{} ", is_pending());
                    mask(SIG_UNBLOCK);
                    print!("{}", CALLED.load(Relaxed));
                });
            })
            .prints("cbaDtrue 1"),
            survives("a_report_that_nobody_can_read_leaves_the_sigpipe_that_is_pending_for_the_process", || {
                mask(SIG_BLOCK);
                // SAFETY: it is blocked.
                assert_eq!(unsafe { libc::kill(libc::getpid(), SIGPIPE) }, 0);
                in_the_annotated_handler(|| print!("{} {}", is_blocked(), is_pending()));
            })
            .prints("cbaDtrue true"),
            helper("stuck_where_nobody_reads_standard_error", || {
                set_action(SIG_DFL);
                break_standard_error();
                atexit::set_deadline(Some(Duration::from_millis(500)));
                register_letters("a");
                register(sleep_for_long);
                register_letters("b");
            })
            .test("the_deadline_holds_where_nobody_can_read_its_report", |program| is_silent(program, "0", "b", 124)),
            helper("exiting_where_nobody_reads_standard_error", || {
                set_action(SIG_DFL);
                break_standard_error();
                register_letters("ab");
                atexit::exit(3)
            })
            .test("a_trace_that_nobody_can_read_does_not_raise_sigpipe", |program| is_silent(program, "1", "baD", 3)),
        ]
    }

    /// With this as `ATEXIT_TRACE`, it prints that, reports nothing, and exits with that status.
    fn is_silent(program: &Program, trace: &str, stdout: &str, status: i32) -> Result<(), Failed> {
        let mut command = program.command()?;
        command.env("ATEXIT_TRACE", trace);
        Process::run(command)?.is(stdout, Status::Code(status))
    }
}
