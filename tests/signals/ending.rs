//! How a process ends by a signal: in the middle of everything, and whatever else it does meanwhile.

use std::hint::black_box;
use std::io::Read;
use std::process::Command;
use std::thread;
use std::time::Duration;

use atexit::signals;
use atexit_test_support::{Failed, Scenario, Status, Trial, helper, program, scenario};
use libc::{SIGHUP, SIGINT, SIGTERM};

use crate::process::Process;
use crate::{register_letters, say};

/// Sends a signal to this process.
fn send(signal: i32) {
    // SAFETY: it only sends a signal.
    assert_eq!(unsafe { libc::kill(libc::getpid(), signal) }, 0);
}

/// The signal that the test asks for, if the process is to send it itself.
fn send_what_is_asked_for() {
    if let Some(signal) = std::env::var_os("SIGNAL") {
        send(signal.into_string().unwrap().parse().unwrap());
    }
}

fn prepare() {
    signals::install().unwrap();
    register_letters("abc");
    say("ready ");
}

/// The same, with a handler that sleeps before the others run.
fn prepare_to_sleep() {
    signals::install().unwrap();
    register_letters("abc");
    atexit::register(|| {
        say("begun ");
        sleep_for_long();
    });
    say("ready ");
}

fn sleep_for_long() {
    thread::sleep(Duration::from_secs(60));
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let program = |name, main: fn()| {
        scenario(name, move || {
            prepare();
            main();
        })
        .prints("ready cbaD15")
        .killed_by(SIGTERM)
    };
    let helper_of = |name, main: fn()| {
        helper(name, move || {
            prepare();
            main();
        })
    };
    vec![
        program("while_sleeping", || {
            send(SIGTERM);
            sleep_for_long();
        }),
        program("the_handlers_run_while_main_returns", || {
            // It is the newest, and so the first: `main` returns while it runs.
            atexit::register(|| thread::sleep(Duration::from_millis(200)));
            send(SIGTERM);
            while !atexit::is_exiting() {
                thread::yield_now();
            }
        }),
        program("the_handlers_run_while_main_panics", || {
            atexit::register(|| thread::sleep(Duration::from_millis(200)));
            send(SIGTERM);
            while !atexit::is_exiting() {
                thread::yield_now();
            }
            std::panic::resume_unwind(Box::new(()));
        }),
        program("the_handlers_run_while_a_thread_exits", || {
            atexit::register(|| thread::sleep(Duration::from_millis(200)));
            thread::spawn(|| {
                while !atexit::is_exiting() {
                    thread::yield_now();
                }
                std::process::exit(3)
            });
            thread::spawn(|| {
                while !atexit::is_exiting() {
                    thread::yield_now();
                }
                atexit::exit(4)
            });
            send(SIGTERM);
            sleep_for_long();
        }),
        program("the_end_by_a_signal_waits_for_a_handler_that_another_thread_runs", || {
            atexit::clear();
            register_letters("ab");
            atexit::register(|| {
                send(SIGTERM);
                thread::sleep(Duration::from_millis(200));
                print!("c");
            });
            atexit::run();
            sleep_for_long();
        })
        .prints("ready cba"),
        scenario("main_goes_on_while_the_handlers_run", || {
            use std::sync::mpsc;
            signals::install().unwrap();
            let (ask, asked) = mpsc::channel();
            let (answer, answered) = mpsc::channel();
            atexit::register(move || {
                ask.send(()).unwrap();
                answered.recv().unwrap();
                print!("answered ");
            });
            send(SIGTERM);
            asked.recv().unwrap();
            answer.send(()).unwrap();
            sleep_for_long();
        })
        .prints("answered D15")
        .killed_by(SIGTERM),
        scenario("a_handler_that_a_signal_runs_registers_and_takes_back", || {
            signals::install().unwrap();
            register_letters("a");
            let taken_back = atexit::register(|| print!("never"));
            atexit::register(move || {
                register_letters("xy");
                assert!(taken_back.unregister());
            });
            send(SIGINT);
            sleep_for_long();
        })
        .prints("yxaD2")
        .killed_by(SIGINT),
        scenario("failures_are_reported_and_the_rest_run", || {
            signals::install().unwrap();
            register_letters("a");
            atexit::register(|| Err::<(), _>("failed"));
            send(SIGHUP);
            sleep_for_long();
        })
        .prints("aD1")
        .reports("atexit: handler signals::ending::scenarios::{{closure}}::{{closure}} (tests/signals/ending.rs:N) failed: \"failed\"")
        .killed_by(SIGHUP),
        scenario("exit_in_a_handler_that_a_signal_runs_ends_with_that_status", || {
            signals::install().unwrap();
            register_letters("a");
            atexit::register(|| atexit::exit(7));
            register_letters("b");
            send(SIGTERM);
            sleep_for_long();
        })
        .prints("baD15")
        .exits(7),
        scenario("what_a_handler_prints_before_it_exits_is_not_lost", || {
            signals::install().unwrap();
            atexit::clear();
            atexit::register(|| {
                print!("no newline");
                atexit::exit(0)
            });
            send(SIGTERM);
            sleep_for_long();
        })
        .prints("no newline"),
        scenario("a_handler_of_run_that_exits_while_a_signal_ends_the_process_is_not_waited_for", || {
            signals::install().unwrap();
            register_letters("a");
            atexit::register(|| {
                send(SIGTERM);
                thread::sleep(Duration::from_millis(100));
                std::process::exit(3);
            });
            atexit::run();
        })
        .prints("aD15")
        .killed_by(SIGTERM),
        helper("exiting_in_a_handler_while_main_returns", || {
            signals::install().unwrap();
            register_letters("ab");
            atexit::register(|| {
                thread::sleep(Duration::from_millis(30));
                atexit::exit(3)
            });
            send(SIGTERM);
            thread::sleep(Duration::from_millis(10));
        }),
        scenario("an_ordinary_end_is_not_one_by_a_signal", prepare).prints("ready cbaD"),
        scenario("a_signal_during_an_ordinary_end_changes_nothing_of_it", || {
            signals::install().unwrap();
            register_letters("a");
            atexit::register(|| {
                send(SIGTERM);
                thread::sleep(Duration::from_millis(200));
            });
            register_letters("b");
            atexit::exit(3)
        })
        .prints("baD")
        .exits(3),
        // The programs of the trials below.
        helper_of("ready_and_sleeping", || {
            send_what_is_asked_for();
            sleep_for_long();
        }),
        helper_of("ready_and_computing", || {
            send_what_is_asked_for();
            let mut number = 0_u64;
            loop {
                number = black_box(number.wrapping_add(1));
            }
        }),
        helper_of("ready_and_reading", || {
            send_what_is_asked_for();
            let _ = std::io::stdin().read(&mut [0]);
            sleep_for_long();
        }),
        helper("registering_all_the_time", || {
            // Without Rust's buffer, which the signal would not write out.
            fn put(byte: u8) {
                // SAFETY: one byte is there to be written.
                assert_eq!(unsafe { libc::write(1, (&raw const byte).cast(), 1) }, 1);
            }
            signals::install().unwrap();
            thread::spawn(|| {
                loop {
                    atexit::register(|| put(b'r'));
                    put(b'a');
                    thread::sleep(Duration::from_micros(20));
                }
            });
            thread::sleep(Duration::from_millis(5));
            send(SIGTERM);
            sleep_for_long();
        }),
        helper("ready_with_a_handler_that_sleeps", || {
            prepare_to_sleep();
            sleep_for_long();
        }),
        helper("ready_to_exit_with_a_handler_that_sleeps", || {
            prepare_to_sleep();
            atexit::exit(0)
        }),
    ]
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("a_second_signal_ends_the_process_at_once", || {
            let mut process = Process::start(program("ready_with_a_handler_that_sleeps"))?;
            process.wait_for("ready ")?;
            process.signal(SIGTERM)?;
            process.wait_for("begun ")?;
            process.signal(SIGINT)?;
            // It sleeps as long as a program may take that doesn't hang.
            process.end()?.is("ready begun ", Status::Signal(SIGINT))
        }),
        Trial::test("the_same_signal_twice_at_once_leaves_the_handlers_time_to_run", || {
            // `timeout` signals its child and then the group of it.
            (0..50).try_for_each(|_| {
                let mut process = Process::start(program("ready_and_sleeping"))?;
                process.wait_for("ready ")?;
                process.signal(SIGTERM)?;
                process.signal(SIGTERM)?;
                process.end()?.is("ready cbaD15", Status::Signal(SIGTERM))
            })
        }),
        Trial::test("the_same_signal_twice_in_a_row_ends_the_process_before_its_handler_does", || {
            let mut process = Process::start(program("ready_with_a_handler_that_sleeps"))?;
            process.wait_for("ready ")?;
            process.signal(SIGTERM)?;
            process.wait_for("begun ")?;
            process.signal(SIGTERM)?;
            process.end()?.is("ready begun ", Status::Signal(SIGTERM))
        }),
        Trial::test("what_a_thread_registers_while_a_signal_ends_the_process_is_not_lost", || {
            (0..50).try_for_each(|_| {
                let left = Process::start(program("registering_all_the_time"))?.end()?;
                let count = |letter| left.stdout.matches(letter).count();
                // The process may end between the call of the last handler and the word that it was accepted.
                if count('a') > 0 && count('a') <= count('r') { Ok(()) } else { Err(format!("{left:#?}").into()) }
            })
        }),
        Trial::test("exit_in_a_handler_that_a_signal_runs_wins_over_the_return_of_main", || {
            (0..50).try_for_each(|_| {
                let left = Process::start(program("exiting_in_a_handler_while_main_returns"))?.end()?;
                left.is("baD15", Status::Code(3))
            })
        }),
        Trial::test("the_second_signal_during_an_ordinary_end_ends_the_process_at_once", || {
            let mut process = Process::start(program("ready_to_exit_with_a_handler_that_sleeps"))?;
            process.wait_for("begun ")?;
            process.signal(SIGTERM)?;
            // The first is on its way to the thread that waits for it.
            thread::sleep(Duration::from_millis(300));
            process.signal(SIGTERM)?;
            process.end()?.is("ready begun ", Status::Signal(SIGTERM))
        }),
    ];
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        for doing in ["sleeping", "computing", "reading"] {
            for sender in [Sender::Another, Sender::Itself] {
                let name = format!("signal_{signal}_from_{sender:?}_while_{doing}").to_lowercase();
                trials.push(Trial::test(name, move || (0..12).try_for_each(|_| once(signal, doing, sender))));
            }
        }
    }
    trials
}

/// Who sends the signal.
#[derive(Clone, Copy, Debug)]
enum Sender {
    Another,
    Itself,
}

fn once(signal: i32, doing: &str, sender: Sender) -> Result<(), Failed> {
    let mut command: Command = program(&format!("ready_and_{doing}"));
    if let Sender::Itself = sender {
        command.env("SIGNAL", signal.to_string());
    }
    let mut process = Process::start(command)?;
    process.wait_for("ready ")?;
    if let Sender::Another = sender {
        process.signal(signal)?;
    }
    process.end()?.is(&format!("ready cbaD{signal}"), Status::Signal(signal))
}
