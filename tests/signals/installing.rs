//! `install`: what is added, and what stays as it was.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use atexit::signals;
use atexit_test_support::{
    Process, Scenario, Status, Trial, helper, program, register_letters, say, scenario, started_by,
};
use libc::{SIGHUP, SIGTERM, SIGUSR1, SIGUSR2};

use crate::forking::in_a_child;
use crate::programs::{send, send_and_wait};

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("without_install_a_signal_ends_the_process_at_once", || send_and_wait(SIGTERM)).killed_by(SIGTERM),
        scenario("installing_twice_is_harmless", || {
            signals::install().unwrap();
            signals::install().unwrap();
            signals::install_for(&[SIGTERM, SIGTERM]).unwrap();
            register_letters("ab");
            send_and_wait(SIGTERM);
        })
        .prints("baD15")
        .killed_by(SIGTERM),
        scenario("a_set_of_ones_own_is_all_that_is_installed", || {
            signals::install_for(&[SIGUSR1]).unwrap();
            for signal in [SIGUSR1, SIGTERM] {
                print!("{} ", in_a_child(|| send_and_wait(signal)));
            }
            send_and_wait(SIGUSR1);
        })
        .prints("signal 10 signal 15 D10")
        .killed_by(SIGUSR1),
        scenario("signals_can_be_added", || {
            signals::install_for(&[SIGUSR1]).unwrap();
            signals::install_for(&[SIGUSR2]).unwrap();
            send_and_wait(SIGUSR2);
        })
        .prints("D12")
        .killed_by(SIGUSR2),
        scenario("what_was_installed_before_is_still_called", || {
            static CALLED: AtomicI32 = AtomicI32::new(0);
            extern "C" fn called(signal: i32) {
                CALLED.store(signal, Relaxed);
            }
            let called: extern "C" fn(i32) = called;
            // SAFETY: it only stores a number.
            unsafe { libc::signal(SIGTERM, called as libc::sighandler_t) };
            signals::install().unwrap();
            atexit::register(|| print!("called for {} ", CALLED.load(Relaxed)));
            send_and_wait(SIGTERM);
        })
        .prints("called for 15 D15")
        .killed_by(SIGTERM),
        scenario("what_is_ignored_stays_ignored", || {
            // SAFETY: to ignore a signal is always allowed.
            unsafe { libc::signal(SIGHUP, libc::SIG_IGN) };
            signals::install().unwrap();
            send(SIGHUP);
            thread::sleep(Duration::from_millis(100));
            print!("lives on ");
        })
        .prints("lives on D"),
        helper("ready_to_read_a_line", || {
            signals::install().unwrap();
            register_letters("a");
            say("ready ");
            std::io::stdin().read_line(&mut String::new()).map(drop)
        }),
    ]
}

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("under_nohup_a_program_survives_the_hangup", || {
        let mut process = Process::start(started_by("nohup", &[], &program("ready_to_read_a_line")))?;
        process.wait_for("ready ")?;
        process.signal(SIGHUP)?;
        thread::sleep(Duration::from_millis(300));
        // It exits when its input has no more.
        drop(process.stdin());
        let left = process.end()?;
        if left.stdout == "ready aD" && left.status == Status::Code(0) {
            return Ok(());
        }
        Err(format!("{left:#?}").into())
    })]
}
