//! Standard error: what is said there waits for nobody, and comes in one piece. What `SIGPIPE` has to do with it is in
//! `sigpipe`.

use std::io;
use std::panic::set_hook;
use std::thread;

use atexit::{guard, on_thread, register, set_failure_hook};
use atexit_test_support::{
    HOOK_PANICKED, Scenario, lock_standard_error_forever, panicked, register_letters, scenario, sleep_for_long,
};

const FAILS: &str = "atexit: handler ends::streams::fails (tests/ends/streams.rs:N) failed: \"no space left\"";
const PANICS: &str = panicked!("ends::streams::panics (tests/ends/streams.rs:N)");

fn fails() -> Result<(), &'static str> {
    Err("no space left")
}

fn panics() {
    panic!("out of luck");
}

/// Some letters, and between them handlers that fail: `cbaD` is printed if all run.
pub(crate) fn register_some_that_fail() {
    // Rust's own words about a panic wait for the lock.
    set_hook(Box::new(|_| ()));
    register_letters("a");
    register(fails);
    register_letters("b");
    register(panics);
    register_letters("c");
}

/// Locks standard error on this thread, and never returns. Another one exits.
fn lock_forever_while_a_thread(exits: fn()) {
    let _locked = io::stderr().lock();
    thread::spawn(exits);
    sleep_for_long();
}

/// All handlers run, those that fail are reported, and it exits with status 3.
fn reports(name: &'static str, program: fn()) -> Scenario {
    let program = move || {
        register_some_that_fail();
        program();
    };
    scenario(name, program).ends_soon().prints("cbaD").reports(PANICS).reports(FAILS).exits(3)
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let everywhere = vec![
        reports("a_thread_reports_failures_while_it_has_locked_standard_error", || {
            let _locked = io::stderr().lock();
            atexit::exit(3);
        }),
        reports("failures_are_reported_while_main_has_locked_standard_error", || {
            lock_forever_while_a_thread(|| atexit::exit(3));
        }),
        reports("failures_are_reported_while_a_thread_has_locked_standard_error", || {
            lock_standard_error_forever();
            atexit::exit(3);
        }),
        scenario("failures_are_reported_when_main_returns_while_a_thread_has_locked_standard_error", || {
            register_some_that_fail();
            lock_standard_error_forever();
        })
        .ends_soon()
        .prints("cbaD")
        .reports(PANICS)
        .reports(FAILS),
        scenario("run_reports_failures_while_a_thread_has_locked_standard_error", || {
            register_some_that_fail();
            lock_standard_error_forever();
            atexit::run();
            print!("|");
        })
        .ends_soon()
        .prints("cbaD|")
        .reports(PANICS)
        .reports(FAILS),
        scenario("a_handler_on_a_thread_reports_a_failure_while_the_exiting_thread_has_locked_standard_error", || {
            register_letters("a");
            register(on_thread(|| drop(guard(fails))));
            register_letters("b");
            let _locked = io::stderr().lock();
            atexit::exit(3);
        })
        .ends_soon()
        .prints("baD")
        .reports(FAILS)
        .exits(3),
        scenario("that_the_failure_hook_panicked_is_said_while_a_thread_has_locked_standard_error", || {
            register_some_that_fail();
            set_failure_hook(|_| panic!("the hook, too"));
            lock_standard_error_forever();
        })
        .ends_soon()
        .prints("cbaD")
        .reports(HOOK_PANICKED)
        .reports(PANICS)
        .reports(HOOK_PANICKED)
        .reports(FAILS),
    ];
    let here: Vec<Vec<Scenario>> = vec![
        #[cfg(unix)]
        unix::scenarios(),
    ];
    everywhere.into_iter().chain(here.into_iter().flatten()).collect()
}

#[cfg(unix)]
mod unix {
    use std::io::{ErrorKind, Write};
    use std::os::fd::{AsRawFd, OwnedFd};
    use std::os::unix::net::UnixDatagram;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use atexit_test_support::{
        Failed, Forked, LETTER, Process, Program, SLEEPER, TOLD_BY_C, end_soon, helper, replace_standard_error,
        without_numbers,
    };

    use super::{
        FAILS, HOOK_PANICKED, PANICS, Scenario, fails, io, lock_forever_while_a_thread, lock_standard_error_forever,
        register, register_letters, register_some_that_fail, reports, scenario, set_failure_hook, set_hook, thread,
    };

    const ANNOTATED: &str = "ends::annotated (tests/ends/main.rs:N)";

    /// From now on, what this process writes to standard error goes to a full pipe, which nobody reads: to this one's
    /// reader.
    #[must_use]
    fn fill_standard_error(is_nonblocking: bool) -> io::PipeReader {
        let (reader, mut writer) = io::pipe().unwrap();
        set_flags(&writer, libc::O_NONBLOCK);
        // Whole blocks first, since the rest of a block may be too small for one more.
        for length in [4096, 1] {
            while writer.write(&vec![b'x'; length]).is_ok() {}
        }
        assert_eq!(writer.write(b"x").unwrap_err().kind(), ErrorKind::WouldBlock);
        if !is_nonblocking {
            set_flags(&writer, 0);
        }
        replace_standard_error(writer);
        reader
    }

    fn set_flags(file: &impl AsRawFd, flags: i32) {
        // SAFETY: the file is open.
        assert_eq!(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETFL, flags) }, 0);
    }

    pub(super) fn scenarios() -> Vec<Scenario> {
        vec![
            reports("failures_are_reported_when_process_exit_is_called_while_main_has_locked_standard_error", || {
                lock_forever_while_a_thread(|| std::process::exit(3));
            }),
            scenario("a_child_reports_failures_though_a_thread_of_its_parent_had_locked_standard_error", || {
                register_some_that_fail();
                lock_standard_error_forever();
                let child = || {
                    end_soon();
                    atexit::exit(7)
                };
                Forked::new(child).exits(7);
                print!("|");
            })
            .ends_soon()
            .prints("cbaD|cbaD")
            .reports(PANICS)
            .reports(FAILS)
            .reports(PANICS)
            .reports(FAILS),
            scenario("a_closed_standard_error_does_no_harm", || {
                register_some_that_fail();
                // SAFETY: nothing else uses this descriptor.
                unsafe { libc::close(libc::STDERR_FILENO) };
            })
            .prints("cbaD"),
            #[cfg(target_os = "linux")]
            scenario("a_full_device_as_standard_error_does_no_harm", || {
                register_some_that_fail();
                replace_standard_error(std::fs::File::options().write(true).open("/dev/full").unwrap());
            })
            .prints("cbaD"),
            scenario("a_full_pipe_as_standard_error_that_does_not_block_does_no_harm", || {
                register_some_that_fail();
                let reader = fill_standard_error(true);
                register(move || drop(reader));
                register_letters("d");
            })
            .ends_soon()
            .prints("dcbaD"),
            scenario("the_deadline_holds_where_standard_error_is_a_full_pipe", || {
                register_letters("a");
                register(fails);
                // The pipe's reader is there as long as the process.
                std::mem::forget(fill_standard_error(false));
                atexit::set_deadline(Some(Duration::from_millis(500)));
            })
            .ends_soon()
            .exits(124),
            helper("stuck_among_handlers_that_fail", || {
                atexit::set_deadline(Some(Duration::from_millis(500)));
                register_letters("a");
                register(atexit_test_support::sleep_for_long);
            })
            .test("the_report_of_the_deadline_is_one_piece", |program| {
                let report = format!(
                    "atexit: exiting with {TOLD_BY_C}\n\
                     atexit: the exit deadline of Nms has passed\n\
                     atexit: handler {SLEEPER} (tests/ends/streams.rs:N) is still running after Nms\n\
                     atexit: handler {LETTER} (tests/ends/streams.rs:N) is still pending and will not run\n\
                     atexit: handler {ANNOTATED} is still pending and will not run"
                );
                writes(program, "0", &[&report])
            }),
            helper("failing_with_a_failure_hook_that_panics", || {
                set_hook(Box::new(|_| ()));
                set_failure_hook(|_| panic!("the hook, too"));
                register(fails);
            })
            .test("what_is_said_of_a_failure_hook_that_panics_comes_in_whole_lines", |program| {
                writes(program, "0", &[HOOK_PANICKED, FAILS])
            })
            .test("each_line_of_the_trace_is_one_piece", |program| {
                let trace = [
                    &format!("atexit: exiting with {TOLD_BY_C}"),
                    "atexit: running ends::streams::fails (tests/ends/streams.rs:N)",
                    HOOK_PANICKED,
                    FAILS,
                    "atexit: gave up ends::streams::fails (tests/ends/streams.rs:N) after Nms",
                    &format!("atexit: running {ANNOTATED}"),
                    &format!("atexit: finished {ANNOTATED} after Nms"),
                    "atexit: N handlers run, N failed, Nms in total",
                ];
                writes(program, "1", &trace)
            }),
            helper("failing", register_some_that_fail)
                .test("each_report_is_one_piece", |program| writes(program, "0", &[PANICS, FAILS])),
        ]
    }

    /// With this as `ATEXIT_TRACE`, each of its calls of `write` on standard error writes one of these.
    fn writes(program: &Program, trace: &str, expected: &[&str]) -> Result<(), Failed> {
        let mut command = program.command()?;
        command.env("ATEXIT_TRACE", trace);
        let found = written_to_standard_error(command)?;
        // With the end of each line, which has to be part of the same packet.
        let found: Vec<String> = found.iter().map(|packet| without_numbers(packet).join("\n")).collect();
        if found == expected { Ok(()) } else { Err(format!("each of {expected:#?}, not {found:#?}").into()) }
    }

    /// What each call of `write` has written there, which ends a line.
    fn written_to_standard_error(mut command: Command) -> Result<Vec<String>, Failed> {
        const END: &[u8] = b"end";

        let (reader, writer) = UnixDatagram::pair()?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(OwnedFd::from(writer.try_clone()?));
        let packets = thread::spawn(move || {
            let mut packets = Vec::new();
            let mut bytes = [0; 4096];
            loop {
                let length = reader.recv(&mut bytes)?;
                if &bytes[..length] == END {
                    return io::Result::Ok(packets);
                }
                // Valgrind writes nothing at all, once.
                if length > 0 {
                    packets.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
                }
            }
        });
        Process::start_as_it_is(command)?.end()?;
        writer.send(END)?;
        let packets = packets.join().map_err(|_| "the thread that reads them panicked")??;
        match packets.iter().find(|packet| !packet.ends_with('\n')) {
            None => Ok(packets),
            Some(part) => Err(format!("{part:?} is no whole line, among {packets:#?}").into()),
        }
    }
}
