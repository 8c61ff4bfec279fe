//! How a process ends by a signal, in the middle of everything.

use std::hint::black_box;
use std::io::Read;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use atexit::signals;
use atexit_test_support::{
    Failed, Process, Program, Scenario, Status, helper, register_letters, scenario, sleep_for_long, wait_until_asleep,
    wait_until_exiting,
};
use libc::{SIGHUP, SIGINT, SIGTERM};

use crate::programs::{SIGNAL_THREAD, prepare, send};

/// The signal that the test asks for, if the process is to send it itself.
fn send_what_is_asked_for() {
    if let Some(signal) = std::env::var_os("SIGNAL") {
        send(signal.into_string().unwrap().parse().unwrap());
    }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_signal_waits_for_the_last_handler_that_another_thread_runs_and_for_what_that_registers", || {
            signals::install().unwrap();
            atexit::clear();
            let (begun, wait) = mpsc::channel();
            atexit::register(move || {
                let guard = atexit::guard(move || {
                    begun.send(()).unwrap();
                    wait_until_asleep(SIGNAL_THREAD);
                    print!("finished ");
                    register_letters("a");
                });
                thread::spawn(move || drop(guard));
                wait.recv().unwrap();
            });
            send(SIGTERM);
            sleep_for_long();
        })
        .prints("finished a")
        .killed_by(SIGTERM),
        scenario("main_goes_on_while_the_handlers_run", || {
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
        scenario("a_handler_that_a_signal_runs_registers_and_unregisters", || {
            signals::install().unwrap();
            register_letters("a");
            let unregistered = atexit::register(|| print!("never"));
            atexit::register(move || {
                register_letters("xy");
                assert!(unregistered.unregister());
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
        scenario("a_handler_of_run_that_exits_while_a_signal_ends_the_process_is_not_waited_for", || {
            signals::install().unwrap();
            register_letters("a");
            atexit::register(|| {
                send(SIGTERM);
                wait_until_exiting();
                // The exit waits for this handler.
                wait_until_asleep(SIGNAL_THREAD);
                std::process::exit(3);
            });
            atexit::run();
        })
        .prints("aD15")
        .killed_by(SIGTERM),
        by_every_signal("sleeping", || {
            send_what_is_asked_for();
            sleep_for_long();
        }),
        by_every_signal("computing", || {
            send_what_is_asked_for();
            let mut number = 0_u64;
            loop {
                number = black_box(number.wrapping_add(1));
            }
        }),
        by_every_signal("reading", || {
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
            let (accepted, wait) = mpsc::channel();
            thread::spawn(move || {
                loop {
                    atexit::register(|| put(b'r'));
                    put(b'a');
                    // Nobody may be waiting any more.
                    let _ = accepted.send(());
                    thread::sleep(Duration::from_micros(20));
                }
            });
            (0..50).for_each(|_| wait.recv().unwrap());
            send(SIGTERM);
            sleep_for_long();
        })
        .test("what_a_thread_registers_while_a_signal_ends_the_process_is_not_lost", |program| {
            (0..50).try_for_each(|_| {
                let left = program.run()?;
                let count = |letter| left.stdout.matches(letter).count();
                // The process may end between the call of the last handler and the word that it was accepted.
                if count('a') > 0 && count('a') <= count('r') { Ok(()) } else { Err(format!("{left:#?}").into()) }
            })
        }),
    ]
}

/// A program that says that it is ready, and does this. Any signal ends it, whoever sends it.
fn by_every_signal(doing: &str, main: fn()) -> Scenario {
    let program = move || {
        prepare();
        main();
    };
    let mut scenario = helper(format!("ready_and_{doing}"), program);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        for sender in [Sender::Another, Sender::Itself] {
            let name = format!("signal_{signal}_from_{sender:?}_while_{doing}").to_lowercase();
            scenario = scenario.test(name, move |program| (0..12).try_for_each(|_| once(program, signal, sender)));
        }
    }
    scenario
}

/// Who sends the signal.
#[derive(Clone, Copy, Debug)]
enum Sender {
    Another,
    Itself,
}

fn once(program: &Program, signal: i32, sender: Sender) -> Result<(), Failed> {
    let mut command = program.command()?;
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
