//! The table of ways to end: each row is a way to end. Before it, three handlers are registered by call, `a` to `c`,
//! beside the annotated `D`; so `cbaD` says that all ran, once and in order. The last one prints the reason of the
//! exit.

use std::io::{self, Write};
use std::process::{ExitCode, Termination};
use std::thread;

use atexit_test_support::{Scenario, register_letters, scenario, told_by_c};

use crate::in_the_annotated_handler;

/// A row in which all handlers run: the process exits with that status by C's `exit`, which not every C runtime tells.
fn runs_all<T: Termination>(name: &'static str, code: i32, end: impl Fn() -> T + Send + 'static) -> Scenario {
    runs_all_with(name, &told_by_c(code), end).exits(code)
}

/// The same where `atexit::exit` has been called, so that the status is known.
fn runs_all_at_exit<T: Termination>(name: &'static str, code: i32, end: impl Fn() -> T + Send + 'static) -> Scenario {
    runs_all_with(name, &format!("status {code}"), end).exits(code)
}

/// A row in which all handlers run, and see that reason.
fn runs_all_with<T: Termination>(name: &'static str, reason: &str, end: impl Fn() -> T + Send + 'static) -> Scenario {
    runs_none(name, end).prints(&format!("main cbaD, {reason}"))
}

/// A row in which none runs.
fn runs_none<T: Termination>(name: &'static str, end: impl Fn() -> T + Send + 'static) -> Scenario {
    let program = move || {
        in_the_annotated_handler(|| print!(", {}", atexit::reason().expect("the process exits")));
        register_letters("abc");
        print!("main ");
        // What follows in the rows that run nothing may not flush.
        io::stdout().flush().unwrap();
        end()
    };
    scenario(name, program).prints("main ")
}

/// Does so on another thread, and waits for it.
fn on_a_thread(end: impl FnOnce() + Send + 'static) {
    let _ = thread::spawn(end).join();
}

pub(crate) fn rows() -> Vec<Scenario> {
    let everywhere = [
        runs_all("return from main", 0, || ()),
        runs_all("ExitCode from main", 7, || ExitCode::from(7)),
        runs_all("Err from main", 1, || Err::<(), _>("failed")).panics(),
        runs_all("panic in main", 101, || panic!("as the test wants")).panics(),
        runs_all("panic in a thread, return from main", 0, || on_a_thread(|| panic!("as the test wants"))).panics(),
        runs_all_at_exit("atexit::exit(3) in main", 3, || atexit::exit(3)),
        runs_all_at_exit("atexit::exit(3) in a thread", 3, || on_a_thread(|| atexit::exit(3))),
        runs_all_at_exit("atexit::exit(3) in a handler", 3, || {
            atexit::register(|| atexit::exit(3));
            register_letters("z");
        })
        .prints("main zcbaD, status 3"),
        runs_all_at_exit("atexit::exit in nested handlers", 5, || {
            atexit::register(|| atexit::exit(5));
            register_letters("y");
            atexit::register(|| atexit::exit(4));
            register_letters("z");
            atexit::exit(3)
        })
        .prints("main zycbaD, status 5"),
    ];
    let here: Vec<Vec<Scenario>> = vec![
        #[cfg(any(unix, windows, target_os = "wasi"))]
        c::rows(),
        #[cfg(unix)]
        unix::rows(),
        #[cfg(target_os = "linux")]
        linux::rows(),
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        glibc::rows(),
        #[cfg(windows)]
        windows::rows(),
    ];
    everywhere.into_iter().chain(here.into_iter().flatten()).collect()
}

#[cfg(any(unix, windows, target_os = "wasi"))]
pub(crate) mod c {
    use super::{Scenario, runs_all, runs_none};

    pub(super) fn rows() -> Vec<Scenario> {
        vec![
            #[cfg(not(windows))]
            runs_all("process::exit(3) in main", 3, || std::process::exit(3)),
            runs_all("C's exit(3) in main", 3, || exit(3)),
            runs_none("_exit(3) in main", || {
                // SAFETY: nothing is left to be done in this process.
                unsafe { libc::_exit(3) }
            })
            .exits(3),
        ]
    }

    pub(crate) fn exit(code: i32) -> ! {
        // SAFETY: no other thread calls it, or glibc has it, which takes what it calls from its list under a lock, and
        // the second thread stays in the first slot of ours that it comes to.
        unsafe { libc::exit(code) }
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::process::CommandExt;
    use std::process::Command;
    use std::time::Duration;

    use super::{Scenario, c, on_a_thread, register_letters, runs_all, runs_all_with, runs_none, thread, told_by_c};

    pub(super) fn rows() -> Vec<Scenario> {
        vec![
            runs_all("process::exit(3) in a thread", 3, || on_a_thread(|| std::process::exit(3))),
            runs_all("C's exit(3) in a thread", 3, || on_a_thread(|| c::exit(3))),
            runs_none("abort in main", || std::process::abort()).killed_by(libc::SIGABRT),
            runs_none("exec", || {
                let error = Command::new("echo").arg("another program").exec();
                panic!("{error}");
            })
            .prints("main another program\n"),
            runs_none("SIGTERM", || kill(libc::SIGTERM)).killed_by(libc::SIGTERM),
            runs_none("SIGINT", || kill(libc::SIGINT)).killed_by(libc::SIGINT),
            runs_none("SIGHUP", || kill(libc::SIGHUP)).killed_by(libc::SIGHUP),
            runs_all_with("SIGTERM after signals::install", "signal 15 (SIGTERM)", || {
                atexit::signals::install().unwrap();
                kill(libc::SIGTERM);
            })
            .killed_by(libc::SIGTERM),
            runs_none("SIGKILL", || kill(libc::SIGKILL)).killed_by(libc::SIGKILL),
            runs_none("SIGSEGV", || {
                // Rust's own handler of this signal would take it for a stack overflow.
                // SAFETY: the default action is always allowed.
                unsafe { libc::signal(libc::SIGSEGV, libc::SIG_DFL) };
                kill(libc::SIGSEGV);
            })
            .killed_by(libc::SIGSEGV),
            process_exit_in_a_handler(),
        ]
    }

    fn process_exit_in_a_handler() -> Scenario {
        let row = runs_none("process::exit(4) in a handler", || {
            register_letters("y");
            atexit::register(|| std::process::exit(4));
            register_letters("z");
        });
        if cfg!(target_os = "linux") {
            // Rust aborts: its `exit` is not reentrant there (`sys/exit.rs` of its standard library).
            row.prints("main z").killed_by(libc::SIGABRT).panics()
        } else {
            row.prints(&format!("main zycbaD, {}", told_by_c(4))).exits(4)
        }
    }

    fn kill(signal: i32) {
        // SAFETY: a signal to this very process.
        unsafe { libc::kill(libc::getpid(), signal) };
        thread::sleep(Duration::from_secs(60));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{Scenario, runs_none};

    unsafe extern "C" {
        fn quick_exit(code: i32) -> !;
    }

    pub(super) fn rows() -> Vec<Scenario> {
        vec![
            // SAFETY: nothing was registered with `at_quick_exit`.
            runs_none("quick_exit(3) in main", || unsafe { quick_exit(3) }).exits(3),
        ]
    }
}

/// Elsewhere C's `exit` can't be called again.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use super::{Scenario, register_letters, runs_none, told_by_c};

    pub(super) fn rows() -> Vec<Scenario> {
        vec![
            runs_none("C's exit(4) in a handler", || {
                register_letters("y");
                // SAFETY: glibc allows it.
                atexit::register(|| unsafe { libc::exit(4) });
                register_letters("z");
            })
            .prints(&format!("main zycbaD, {}", told_by_c(4)))
            .exits(4),
        ]
    }
}

#[cfg(windows)]
mod windows {
    use windows_sys::Win32::System::Threading::{GetCurrentProcess, TerminateProcess};

    use super::{Scenario, c, on_a_thread, register_letters, runs_all, runs_all_at_exit, runs_none};

    pub(super) fn rows() -> Vec<Scenario> {
        vec![
            runs_all("C's exit(3) in a thread", 3, || on_a_thread(|| c::exit(3))),
            // `process::exit` is `ExitProcess`.
            runs_none("process::exit(3) in main", || std::process::exit(3)).exits(3),
            runs_none("process::exit(3) in a thread", || on_a_thread(|| std::process::exit(3))).exits(3),
            runs_none("process::exit(4) in a handler", || {
                register_letters("y");
                atexit::register(|| std::process::exit(4));
                register_letters("z");
            })
            .prints("main z")
            .exits(4),
            after_hook("process::exit(3) in main, after install_exit_hook", 3, || std::process::exit(3)),
            after_hook("process::exit(3) in a thread, after install_exit_hook", 3, || {
                on_a_thread(|| std::process::exit(3));
            }),
            after_hook("process::exit(4) in a handler, after install_exit_hook", 4, || {
                atexit::register(|| std::process::exit(4));
            }),
            runs_none("TerminateProcess", || {
                // SAFETY: the process may end itself.
                unsafe { TerminateProcess(GetCurrentProcess(), 3) };
            })
            .exits(3),
            runs_none("abort in main", || std::process::abort()).exits(FAST_FAIL),
            // SAFETY: nothing is left to be done in this process.
            runs_none("C's abort in main", || unsafe { libc::abort() })
                .exits(if aborts_by_fail_fast() { FAST_FAIL } else { 3 })
                .panics(),
        ]
    }

    fn after_hook(name: &'static str, code: i32, end: fn()) -> Scenario {
        runs_all_at_exit(name, code, move || {
            atexit::install_exit_hook().unwrap();
            end();
        })
    }

    /// As the UCRT does, but not wine's, nor msvcrt.
    fn aborts_by_fail_fast() -> bool {
        let is_ucrt = cfg!(target_env = "msvc") || option_env!("ATEXIT_TEST_C_RUNTIME") == Some("UCRT");
        is_ucrt && !cfg!(emulator = "wine")
    }

    /// `STATUS_STACK_BUFFER_OVERRUN`, as of `__fastfail`.
    const FAST_FAIL: i32 = -1_073_740_791;
}
