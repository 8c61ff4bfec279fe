//! Which signals can be installed.

use std::io::ErrorKind;

use atexit::signals;
use atexit_test_support::{Scenario, say, scenario};
use libc::SIGTERM;

use crate::programs::send_and_wait;

pub(crate) fn scenarios() -> Vec<Scenario> {
    let scenarios = vec![
        scenario("what_cannot_be_done_is_an_error_that_says_why_and_installs_nothing", || {
            let signals = [
                libc::SIGKILL,
                libc::SIGSTOP,
                libc::SIGSEGV,
                libc::SIGILL,
                libc::SIGFPE,
                libc::SIGBUS,
                libc::SIGABRT,
                libc::SIGCHLD,
                0,
                -1,
                12345,
            ];
            for signal in signals {
                let error = signals::install_for(&[SIGTERM, signal]).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidInput);
                println!("{error}");
            }
            say("");
            send_and_wait(SIGTERM);
        })
        .prints(
            "SIGKILL can't be caught: no handler can run
SIGSTOP can't be caught: no handler can run
SIGSEGV reports a bug in the program: no handler can be trusted to run
SIGILL reports a bug in the program: no handler can be trusted to run
SIGFPE reports a bug in the program: no handler can be trusted to run
SIGBUS reports a bug in the program: no handler can be trusted to run
SIGABRT reports a bug in the program: no handler can be trusted to run
SIGCHLD doesn't end a process
signal 0 is not known to end a process
signal -1 is not known to end a process
signal 12345 is not known to end a process
",
        )
        .killed_by(SIGTERM),
    ];
    // Signals that only Linux has, or has under these numbers.
    #[cfg(target_os = "linux")]
    let scenarios = scenarios.into_iter().chain(linux::scenarios()).collect();
    scenarios
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{ErrorKind, SIGTERM, Scenario, scenario, send_and_wait, signals};
    use atexit_test_support::{register_letters, sleep_for_long, wait_in_vain};

    /// Sends it twice to this thread, which receives both at once.
    fn send_both(signal: i32) {
        // SAFETY: the set is made by `sigemptyset`, and this only sends and receives.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::sigemptyset(&raw mut set);
            libc::sigaddset(&raw mut set, signal);
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
            libc::raise(signal);
            libc::raise(signal);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut());
        }
    }

    pub(super) fn scenarios() -> Vec<Scenario> {
        let kind = |name, signal| {
            scenario(name, move || {
                signals::install_for(&[signal]).unwrap();
                register_letters("ab");
                send_and_wait(signal);
            })
            .prints(&format!("baD{signal}"))
            .killed_by(signal)
        };
        let some_real_time_signal = libc::SIGRTMIN() + 3;
        vec![
            kind("a_real_time_signal_runs_the_handlers", some_real_time_signal),
            // qemu 7.2 refuses to send it.
            kind("the_last_real_time_signal_runs_the_handlers", libc::SIGRTMAX()).unless(cfg!(emulator = "qemu")),
            kind("sigpwr_runs_the_handlers", libc::SIGPWR),
            kind("sigstkflt_runs_the_handlers", libc::SIGSTKFLT),
            kind("sigio_runs_the_handlers", libc::SIGIO),
            scenario("a_real_time_signal_that_is_queued_twice_is_one_message", move || {
                signals::install_for(&[some_real_time_signal]).unwrap();
                register_letters("ab");
                atexit::register(wait_in_vain);
                send_both(some_real_time_signal);
                sleep_for_long();
            })
            .prints(&format!("baD{some_real_time_signal}"))
            .killed_by(some_real_time_signal),
            scenario("every_real_time_signal_can_be_installed", || {
                for signal in libc::SIGRTMIN()..=libc::SIGRTMAX() {
                    signals::install_for(&[signal]).unwrap();
                }
            })
            .prints("D"),
            scenario("what_the_c_library_keeps_for_itself_and_what_is_no_signal_is_refused", || {
                let kept = 32..libc::SIGRTMIN();
                for signal in kept.chain([0, -1, 65, 66, i32::MAX, i32::MIN]) {
                    let error = signals::install_for(&[SIGTERM, signal]).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::InvalidInput);
                    assert!(error.to_string().starts_with(&format!("signal {signal} ")), "{error}");
                }
                send_and_wait(SIGTERM);
            })
            .killed_by(SIGTERM),
        ]
    }
}
