//! A second signal. Close to the first it is part of the same message; later, it ends the process at once.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use atexit::signals;
use atexit_test_support::{
    Failed, LATER, Left, Need, Process, Program, Scenario, Status, also, helper, register_letters, say, sleep_for_long,
    started_by, wait_until_exiting,
};
use libc::{SIGHUP, SIGINT, SIGTERM, c_int};

use crate::programs::{send, send_and_wait};

/// Two signals that are sent within this time surely come within 100 milliseconds of each other.
const CLOSE: Duration = Duration::from_millis(50);

/// How often it is tried to send two within that time.
const ATTEMPTS: u32 = 20;

/// The variables that say which signals the program sends itself.
const SENT: [&str; 2] = ["FIRST", "SECOND"];

/// The variable that says, if it is set, that the process is exiting when it sends the second.
const WAITS: &str = "WAITS";

/// The status of a program that was too slow to send itself two signals within that time.
const TOO_SLOW: c_int = 99;

const PAIRS: [[c_int; 2]; 6] =
    [[SIGTERM, SIGTERM], [SIGHUP, SIGHUP], [SIGINT, SIGINT], [SIGTERM, SIGHUP], [SIGHUP, SIGTERM], [SIGINT, SIGTERM]];

/// Installs, and registers handlers the first of which takes so long.
fn prepare(time: Duration) {
    signals::install().unwrap();
    register_letters("abc");
    atexit::register(move || {
        say("begun ");
        thread::sleep(time);
    });
    say("ready ");
}

const TIMEOUT: &str = "timeout";

const GNU_TIMEOUT: Need =
    Need::program("`timeout` of GNU coreutils", TIMEOUT, &["--version"]).answering("timeout (GNU coreutils)");

const A_SECOND: Duration = Duration::from_secs(1);

/// Longer than any of these processes lives.
const VERY_LONG: Duration = Duration::from_secs(60);

pub(crate) fn scenarios() -> Vec<Scenario> {
    let everywhere = vec![
        helper("ready_with_handlers_that_run", || {
            prepare(Duration::from_millis(20));
            sleep_for_long();
        })
        .test("two_signals_of_one_kind_in_the_same_moment_run_all_handlers", |program| {
            (0..50).try_for_each(|_| {
                let process = sent_closely(program, [SIGTERM, SIGTERM])?;
                process.end()?.is("ready begun cbaD15", Status::Signal(SIGTERM))
            })
        })
        .test("two_signals_of_two_kinds_in_the_same_moment_run_all_handlers", |program| {
            (0..50).try_for_each(|_| {
                let left = sent_closely(program, [SIGTERM, SIGHUP])?.end()?;
                // The kernel may deliver either before the other.
                let first = if left.status == Status::Signal(SIGHUP) { SIGHUP } else { SIGTERM };
                left.is(&format!("ready begun cbaD{first}"), Status::Signal(first))
            })
        }),
        with_pairs(
            helper("ready_with_handlers_that_take_a_second", || {
                prepare(A_SECOND);
                sleep_for_long();
            }),
            "",
            sent_while_handlers_run,
        ),
        // `timeout` passes a signal on to its child, and then sends it to the group, to which the child belongs.
        also("ready_with_handlers_that_take_a_second").needs(&GNU_TIMEOUT).test(
            "under_timeout_all_handlers_run",
            |program| {
                (0..3).try_for_each(|_| {
                    let mut process = Process::start(started_by(TIMEOUT, &["60"], &program.command()?))?;
                    process.wait_for("ready ")?;
                    // Its child may have been faster than `timeout`, which has to note that it has one.
                    thread::sleep(LATER);
                    process.signal(SIGTERM)?;
                    process.end()?.is("ready begun cbaD15", Status::Signal(SIGTERM))
                })
            },
        ),
        helper("ready_with_a_handler_that_sleeps", || {
            prepare(VERY_LONG);
            sleep_for_long();
        })
        .test("a_second_signal_ends_the_process_at_once", |program| {
            sent_later(program, "begun ", [SIGTERM, SIGINT])?.is("ready begun ", Status::Signal(SIGINT))
        })
        .test("a_second_signal_of_the_same_kind_ends_the_process_at_once", |program| {
            sent_later(program, "begun ", [SIGTERM, SIGTERM])?.is("ready begun ", Status::Signal(SIGTERM))
        })
        .test("a_signal_after_a_doubled_one_ends_the_process_at_once", |program| {
            let mut process = sent_closely(program, [SIGTERM, SIGTERM])?;
            process.wait_for("begun ")?;
            thread::sleep(LATER);
            process.signal(SIGHUP)?;
            process.end()?.is("ready begun ", Status::Signal(SIGHUP))
        }),
        helper("ready_to_exit_with_handlers_that_take_a_second", || {
            prepare(A_SECOND);
            atexit::exit(3)
        })
        .test("a_doubled_signal_during_an_ordinary_exit_changes_nothing_of_it", |program| {
            let process = within_time(|| {
                let mut process = program.start()?;
                process.wait_for("begun ")?;
                let started = Instant::now();
                process.signal(SIGTERM)?;
                // Or else the kernel might deliver the two as one.
                thread::sleep(Duration::from_millis(5));
                process.signal(SIGTERM)?;
                Ok((started.elapsed() < CLOSE).then_some(process))
            })?;
            process.end()?.is("ready begun cbaD", Status::Code(3))
        }),
        helper("ready_to_exit_with_a_handler_that_sleeps", || {
            prepare(VERY_LONG);
            atexit::exit(0)
        })
        .test("the_second_signal_during_an_ordinary_exit_ends_the_process_at_once", |program| {
            let mut process = program.start()?;
            process.wait_for("begun ")?;
            process.signal(SIGTERM)?;
            thread::sleep(LATER);
            process.signal(SIGINT)?;
            process.end()?.is("ready begun ", Status::Signal(SIGINT))
        }),
        sending_itself_two_signals(),
    ];
    let here: Vec<Scenario> = vec![
        #[cfg(target_os = "linux")]
        held_up::scenario(),
    ];
    everywhere.into_iter().chain(here).collect()
}

fn sending_itself_two_signals() -> Scenario {
    let scenario = helper("sending_itself_two_signals", || {
        prepare(A_SECOND);
        let [first, second] = SENT.map(|name| std::env::var(name).unwrap().parse().unwrap());
        let waits = std::env::var_os(WAITS).is_some();
        let started = Instant::now();
        send(first);
        if waits {
            wait_until_exiting();
        }
        if started.elapsed() > CLOSE {
            // SAFETY: it may be called at any time.
            unsafe { libc::_exit(TOO_SLOW) };
        }
        send_and_wait(second);
    });
    let scenario = with_pairs(scenario, "from_itself_", |program, pair| sent_by_itself(program, pair, true));
    with_pairs(scenario, "from_itself_in_the_same_moment_", |program, pair| sent_by_itself(program, pair, false))
}

/// Each pair of signals, sent closely so, changes nothing.
fn with_pairs(mut scenario: Scenario, from: &str, sent: fn(&Program, [c_int; 2]) -> Result<Left, Failed>) -> Scenario {
    for [first, second] in PAIRS {
        let promise = format!("signal_{second}_within_100_milliseconds_of_signal_{first}_{from}changes_nothing");
        scenario = scenario.test(promise, move |program| {
            let left = sent(program, [first, second])?;
            left.is(&format!("ready begun cbaD{first}"), Status::Signal(first))
        });
    }
    scenario
}

/// The thread that waits for signals is held up, as it may be on a busy machine. `/proc` tells which it is.
#[cfg(target_os = "linux")]
mod held_up {
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::{ptr, thread};

    use atexit_test_support::number_of;

    use crate::programs::SIGNAL_THREAD;

    use super::{LATER, SIGTERM, Scenario, c_int, register_letters, send, send_and_wait, signals};

    /// The thread is in `hold_up`.
    static IS_HELD_UP: AtomicBool = AtomicBool::new(false);

    /// In a signal handler: sleeps for longer than it takes until a second signal is a message of its own.
    extern "C" fn hold_up(_signal: c_int) {
        IS_HELD_UP.store(true, Relaxed);
        let time = libc::timespec { tv_sec: 1, tv_nsec: 0 };
        // SAFETY: it may be called in a signal handler, and reads only `time`.
        unsafe { libc::nanosleep(&raw const time, ptr::null_mut()) };
    }

    pub(super) fn scenario() -> Scenario {
        atexit_test_support::scenario("no_second_signal_ends_the_process_before_a_handler_has_begun", || {
            let hold_up: extern "C" fn(c_int) = hold_up;
            signals::install().unwrap();
            register_letters("ab");
            // SAFETY: the function makes only calls that are allowed in a signal handler.
            unsafe { libc::signal(libc::SIGUSR1, hold_up as libc::sighandler_t) };
            let thread = number_of(SIGNAL_THREAD);
            // SAFETY: it only sends a signal.
            assert_eq!(unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread, libc::SIGUSR1) }, 0);
            while !IS_HELD_UP.load(Relaxed) {
                thread::yield_now();
            }
            send(SIGTERM);
            thread::sleep(LATER);
            send_and_wait(SIGTERM);
        })
        .prints("baD15")
        .killed_by(SIGTERM)
    }
}

/// The second signal comes later than what is printed at the first.
pub(crate) fn sent_later(program: &Program, begun: &str, [first, second]: [c_int; 2]) -> Result<Left, Failed> {
    let mut process = program.start()?;
    process.wait_for("ready ")?;
    process.signal(first)?;
    process.wait_for(begun)?;
    thread::sleep(LATER);
    process.signal(second)?;
    process.end()
}

/// A process to which both signals were sent, one right after the other, as soon as it was ready.
fn sent_closely(program: &Program, [first, second]: [c_int; 2]) -> Result<Process, Failed> {
    within_time(|| {
        let mut process = program.start()?;
        process.wait_for("ready ")?;
        let started = Instant::now();
        process.signal(first)?;
        process.signal(second)?;
        Ok((started.elapsed() < CLOSE).then_some(process))
    })
}

/// The second signal comes as soon as the first has handlers run.
fn sent_while_handlers_run(program: &Program, [first, second]: [c_int; 2]) -> Result<Left, Failed> {
    within_time(|| {
        let mut process = program.start()?;
        process.wait_for("ready ")?;
        let started = Instant::now();
        process.signal(first)?;
        process.wait_for("begun ")?;
        process.signal(second)?;
        Ok((started.elapsed() < CLOSE).then_some(process))
    })?
    .end()
}

/// The process sends itself both, the second when it is exiting or else at once.
fn sent_by_itself(program: &Program, signals: [c_int; 2], waits: bool) -> Result<Left, Failed> {
    within_time(|| {
        let mut command = program.command()?;
        command.envs(SENT.into_iter().zip(signals.map(|signal| signal.to_string())));
        if waits {
            command.env(WAITS, "");
        }
        let left = Process::run(command)?;
        Ok((left.status != Status::Code(TOO_SLOW)).then_some(left))
    })
}

/// Tries it until both signals were sent closely enough, which a busy machine may prevent.
fn within_time<T>(attempt: impl Fn() -> Result<Option<T>, Failed>) -> Result<T, Failed> {
    for _ in 0..ATTEMPTS {
        if let Some(done) = attempt()? {
            return Ok(done);
        }
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "the machine is too busy to send two signals closely").into())
}
