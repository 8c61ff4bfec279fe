//! `install`: what is added, and what stays as it was.

use std::ffi::c_void;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::{io, mem, process, ptr, thread};

use atexit::signals;
use atexit_test_support::{
    LATER, Process, Scenario, Status, helper, register_letters, say, scenario, sleep_for_long, started_by, wait_in_vain,
};
use libc::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, siginfo_t};

use crate::forking::in_a_child;
use crate::programs::{send, send_and_wait};

/// How often a handler of the program's own was called, or for which signal.
static CALLED: AtomicI32 = AtomicI32::new(0);

/// What is done at the signal.
fn action(signal: i32) -> libc::sigaction {
    // SAFETY: zeroes are a valid `sigaction` to be written over.
    unsafe {
        let mut action = mem::zeroed();
        assert_eq!(libc::sigaction(signal, ptr::null(), &raw mut action), 0);
        action
    }
}

/// Has a handler of the program's own called at the signal, which makes only calls that are allowed there.
fn set_action(signal: i32, handler: extern "C" fn(i32, *mut siginfo_t, *mut c_void), flags: i32) {
    // SAFETY: zeroes are a valid `sigaction`, with an empty mask.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = handler as usize;
        action.sa_flags = flags;
        assert_eq!(libc::sigaction(signal, &raw const action, ptr::null_mut()), 0);
    }
}

/// The same for one that knows nothing but the signal's number.
fn call_at(signal: i32, handler: extern "C" fn(i32)) {
    // SAFETY: it makes only calls that are allowed there.
    unsafe { libc::signal(signal, handler as libc::sighandler_t) };
}

fn ignore(signal: i32) {
    // SAFETY: that is always allowed.
    unsafe { libc::signal(signal, libc::SIG_IGN) };
}

/// Has done at the signal what is by default.
fn reset(signal: i32) {
    // SAFETY: that is always allowed.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

/// Has the signals of this thread handled on a stack of their own, which nothing takes back.
fn set_signal_stack() {
    let memory = vec![0_u8; 1 << 16].leak();
    let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: memory.len() };
    // SAFETY: the stack stays.
    assert_eq!(unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) }, 0);
}

/// A handler that says whether it is on the signal stack.
extern "C" fn say_on_which_stack(_signal: i32, _info: *mut siginfo_t, _context: *mut c_void) {
    // SAFETY: zeroes are a valid `stack_t` to be written over.
    let is_on_it = unsafe {
        let mut stack: libc::stack_t = mem::zeroed();
        assert_eq!(libc::sigaltstack(ptr::null(), &raw mut stack), 0);
        stack.ss_flags & libc::SS_ONSTACK != 0
    };
    say(if is_on_it { "on it " } else { "elsewhere " });
}

/// For a handler of the program's own that counts.
extern "C" fn count(_signal: i32) {
    CALLED.fetch_add(1, Relaxed);
}

/// A program that has prepared so sends itself SIGHUP, and lives on.
fn survives_a_hangup(name: &'static str, prepare: fn()) -> Scenario {
    let program = move || {
        prepare();
        send(SIGHUP);
        wait_in_vain();
        print!("lives on ");
    };
    scenario(name, program).prints("lives on D")
}

/// A handler that was there before, with that flag.
fn on_which_stack(name: &'static str, flag: i32) -> Scenario {
    let program = move || {
        set_signal_stack();
        set_action(SIGTERM, say_on_which_stack, libc::SA_SIGINFO | flag);
        signals::install().unwrap();
        // To this thread.
        // SAFETY: it only sends a signal.
        unsafe { libc::raise(SIGTERM) };
        sleep_for_long();
    };
    scenario(name, program).killed_by(SIGTERM)
}

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
            extern "C" fn called(signal: i32) {
                CALLED.store(signal, Relaxed);
            }
            call_at(SIGTERM, called);
            signals::install().unwrap();
            atexit::register(|| print!("called for {} ", CALLED.load(Relaxed)));
            send_and_wait(SIGTERM);
        })
        .prints("called for 15 D15")
        .killed_by(SIGTERM),
        scenario("what_was_installed_before_is_called_once_with_what_is_known_of_the_signal", || {
            extern "C" fn called(signal: i32, info: *mut siginfo_t, context: *mut c_void) {
                // SAFETY: the system passes what it knows of the signal.
                let sender = unsafe { (*info).si_pid() };
                let is_whole = signal == SIGTERM && sender == process::id().cast_signed() && !context.is_null();
                CALLED.fetch_add(if is_whole { 1 } else { 1000 }, Relaxed);
            }
            set_action(SIGTERM, called, libc::SA_SIGINFO);
            signals::install().unwrap();
            signals::install().unwrap();
            atexit::register(|| print!("called {} ", CALLED.load(Relaxed)));
            send_and_wait(SIGTERM);
        })
        .prints("called 1 D15")
        .killed_by(SIGTERM),
        on_which_stack("what_was_installed_before_is_called_on_the_signal_stack_if_it_was_to_be", libc::SA_ONSTACK)
            .prints("on it D15"),
        on_which_stack("what_was_installed_before_is_called_on_the_stack_of_the_thread_if_it_was_to_be", 0)
            .prints("elsewhere D15"),
        scenario("a_handler_that_is_set_over_ours_stays_and_is_called_once", || {
            extern "C" fn called(signal: i32, info: *mut siginfo_t, context: *mut c_void) {
                CALLED.fetch_add(1, Relaxed);
                // SAFETY: it was there before, and takes these.
                let previous: extern "C" fn(i32, *mut siginfo_t, *mut c_void) =
                    unsafe { mem::transmute(PREVIOUS.load(Relaxed)) };
                previous(signal, info, context);
            }
            static PREVIOUS: AtomicUsize = AtomicUsize::new(0);
            signals::install().unwrap();
            PREVIOUS.store(action(SIGTERM).sa_sigaction, Relaxed);
            set_action(SIGTERM, called, libc::SA_SIGINFO);
            for _ in 0..3 {
                signals::install().unwrap();
            }
            atexit::register(|| print!("called {} ", CALLED.load(Relaxed)));
            send_and_wait(SIGTERM);
        })
        .prints("called 1 D15")
        .killed_by(SIGTERM),
        scenario("install_after_a_reset_to_the_default_installs_again", || {
            signals::install().unwrap();
            register_letters("a");
            for _ in 0..3 {
                reset(SIGTERM);
                signals::install().unwrap();
            }
            send_and_wait(SIGTERM);
        })
        .prints("aD15")
        .killed_by(SIGTERM),
        scenario("what_a_reset_has_removed_is_not_called_when_ours_is_installed_again", || {
            call_at(SIGTERM, count);
            signals::install().unwrap();
            reset(SIGTERM);
            signals::install().unwrap();
            atexit::register(|| print!("called {} ", CALLED.load(Relaxed)));
            send_and_wait(SIGTERM);
        })
        .prints("called 0 D15")
        .killed_by(SIGTERM),
        survives_a_hangup("what_is_ignored_since_stays_ignored_when_ours_is_installed_again", || {
            signals::install().unwrap();
            ignore(SIGHUP);
            signals::install().unwrap();
        }),
        scenario("an_older_handler_that_never_returns_holds_up_no_other_signal", || {
            extern "C" fn called(_signal: i32) {
                CALLED.fetch_add(1, Relaxed);
                loop {
                    // SAFETY: it may be called in a signal handler.
                    unsafe { libc::pause() };
                }
            }
            call_at(SIGINT, called);
            signals::install().unwrap();
            register_letters("a");
            thread::spawn(|| {
                // SAFETY: to this thread.
                unsafe { libc::raise(SIGINT) }
            });
            while CALLED.load(Relaxed) == 0 {
                thread::yield_now();
            }
            thread::sleep(LATER);
            send_and_wait(SIGTERM);
        })
        .prints("aD15")
        .killed_by(SIGTERM),
        scenario("a_signal_that_comes_while_an_older_handler_takes_long_is_the_same_request", || {
            extern "C" fn called(_signal: i32) {
                // SAFETY: they may be called in a signal handler.
                unsafe {
                    libc::raise(SIGHUP);
                    libc::poll(ptr::null_mut(), 0, 300);
                }
                CALLED.fetch_add(1, Relaxed);
            }
            call_at(SIGTERM, called);
            signals::install().unwrap();
            register_letters("a");
            atexit::register(|| {
                while CALLED.load(Relaxed) == 0 {
                    thread::yield_now();
                }
                // Another request would end the process by now.
                thread::sleep(LATER);
                print!("b");
            });
            send_and_wait(SIGTERM);
        })
        .prints("baD1")
        .killed_by(SIGHUP),
        scenario("errno_is_what_it_was_after_a_signal", || {
            extern "C" fn called(_signal: i32) {
                // SAFETY: no file has that number.
                unsafe { libc::close(-1) };
            }
            call_at(SIGTERM, called);
            signals::install().unwrap();
            // The thread that runs handlers ends the process, so none may be done before this one has looked.
            let (looked, wait) = mpsc::channel();
            atexit::register(move || wait.recv().unwrap());
            // SAFETY: the first sets `errno`, and the second only sends a signal, to this thread.
            let error = unsafe {
                libc::access(c"/no/such/file".as_ptr(), 0);
                libc::raise(SIGTERM);
                io::Error::last_os_error()
            };
            say(&format!("{:?} ", error.kind()));
            looked.send(()).unwrap();
            sleep_for_long();
        })
        .prints("NotFound D15")
        .killed_by(SIGTERM),
        survives_a_hangup("what_is_ignored_stays_ignored", || {
            ignore(SIGHUP);
            signals::install().unwrap();
        }),
        helper("ready_to_read_a_line", || {
            signals::install().unwrap();
            register_letters("a");
            say("ready ");
            std::io::stdin().read_line(&mut String::new()).map(drop)
        })
        .test("under_nohup_a_program_survives_the_hangup", |program| {
            let mut process = Process::start(started_by("nohup", &[], &program.command()?))?;
            process.wait_for("ready ")?;
            process.signal(SIGHUP)?;
            wait_in_vain();
            // It exits when its input has no more.
            let left = process.end()?;
            if left.stdout == "ready aD" && left.status == Status::Code(0) {
                return Ok(());
            }
            Err(format!("{left:#?}").into())
        }),
    ]
}
