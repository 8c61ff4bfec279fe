//! `install`: what stays as it was, what is refused, and forks.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use atexit::signals;
use atexit_test_support::{Scenario, Status, Trial, helper, program, scenario};
use libc::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};

use crate::process::Process;
use crate::{register_letters, say};

fn raise_and_wait(signal: i32) {
    // SAFETY: it only sends a signal.
    assert_eq!(unsafe { libc::kill(libc::getpid(), signal) }, 0);
    thread::sleep(Duration::from_secs(60));
}

/// Forks, and waits for the child: how did it end?
fn in_a_child(child: impl FnOnce()) -> i32 {
    say("");
    // SAFETY: the child makes only calls that this crate, the C runtime and Rust's standard library allow there.
    match unsafe { libc::fork() } {
        -1 => panic!("{}", std::io::Error::last_os_error()),
        0 => {
            // SAFETY: it only sets a timer.
            unsafe { libc::alarm(30) };
            child();
            std::process::exit(0)
        }
        id => {
            let mut status = 0;
            // SAFETY: `status` is there to be written.
            assert_eq!(unsafe { libc::waitpid(id, &raw mut status, 0) }, id);
            if libc::WIFSIGNALED(status) { libc::WTERMSIG(status) } else { 0 }
        }
    }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("without_install_a_signal_ends_the_process_at_once", || raise_and_wait(SIGTERM)).killed_by(SIGTERM),
        scenario("installing_twice_is_harmless", || {
            signals::install().unwrap();
            signals::install().unwrap();
            signals::install_for(&[SIGTERM, SIGTERM]).unwrap();
            register_letters("ab");
            raise_and_wait(SIGTERM);
        })
        .prints("baD15")
        .killed_by(SIGTERM),
        scenario("a_set_of_ones_own_is_all_that_is_installed", || {
            signals::install_for(&[SIGUSR1]).unwrap();
            in_a_child(|| raise_and_wait(SIGUSR1));
            print!("{} ", in_a_child(|| raise_and_wait(SIGTERM)));
            raise_and_wait(SIGUSR1);
        })
        .prints("15 D10")
        .killed_by(SIGUSR1),
        scenario("signals_can_be_added", || {
            signals::install_for(&[SIGUSR1]).unwrap();
            signals::install_for(&[SIGUSR2]).unwrap();
            raise_and_wait(SIGUSR2);
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
            raise_and_wait(SIGTERM);
        })
        .prints("called for 15 D15")
        .killed_by(SIGTERM),
        scenario("what_is_ignored_stays_ignored", || {
            // SAFETY: to ignore a signal is always allowed.
            unsafe { libc::signal(SIGHUP, libc::SIG_IGN) };
            signals::install().unwrap();
            // SAFETY: it only sends a signal.
            unsafe { libc::kill(libc::getpid(), SIGHUP) };
            thread::sleep(Duration::from_millis(100));
            print!("lives on ");
        })
        .prints("lives on D"),
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
                assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
                println!("{error}");
            }
            say("");
            atexit::clear();
            raise_and_wait(SIGTERM);
        })
        .prints(
            "SIGKILL can't be caught: no handler can run
SIGSTOP can't be caught: no handler can run
SIGSEGV says that the program is broken: no handler could be trusted to run
SIGILL says that the program is broken: no handler could be trusted to run
SIGFPE says that the program is broken: no handler could be trusted to run
SIGBUS says that the program is broken: no handler could be trusted to run
SIGABRT says that the program is broken: no handler could be trusted to run
SIGCHLD doesn't end a process
signal 0 is not known as one that ends a process
signal -1 is not known as one that ends a process
signal 12345 is not known as one that ends a process
",
        )
        .killed_by(SIGTERM),
        scenario("a_forked_child_ends_by_a_signal_and_leaves_the_parent_alone", || {
            signals::install().unwrap();
            register_letters("ab");
            print!("{} ", in_a_child(|| raise_and_wait(SIGTERM)));
            thread::sleep(Duration::from_millis(100));
            print!("{:?} ", signals::received());
        })
        .prints("15 None baD"),
        scenario("a_forked_child_that_exits_runs_what_it_inherits", || {
            signals::install().unwrap();
            register_letters("a");
            print!("{} ", in_a_child(|| ()));
        })
        .prints("aD0 aD"),
        scenario("a_forked_child_that_installs_again_runs_its_handlers", || {
            signals::install().unwrap();
            register_letters("a");
            let status = in_a_child(|| {
                signals::install().unwrap();
                raise_and_wait(SIGTERM);
            });
            print!("{status} ");
            thread::sleep(Duration::from_millis(100));
            raise_and_wait(SIGINT);
        })
        .prints("aD1515 aD2")
        .killed_by(SIGINT),
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
        let program = program("ready_to_read_a_line");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "exec nohup \"$0\""]).arg(program.get_program()).args(program.get_args());
        shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut process = Process::start(shell)?;
        process.wait_for("ready ")?;
        process.signal(SIGHUP)?;
        thread::sleep(Duration::from_millis(300));
        // The end of its input is what ends it.
        drop(process.stdin());
        let left = process.end()?;
        if left.stdout == "ready aD" && left.status == Status::Code(0) {
            return Ok(());
        }
        Err(format!("{left:#?}").into())
    })]
}
