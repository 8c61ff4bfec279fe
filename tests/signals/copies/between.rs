//! Handlers of the program's own between those of copies of the crate, above and below them: each is called once, and
//! the copies still wait for each other.

use std::ffi::{c_int, c_void};
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::SeqCst};

use atexit_test_support::{Scenario, say};
use libc::{SIGTERM, siginfo_t};

use super::{Crate, copies, done, outlast, outlast_one};
use crate::programs::send_and_wait;

/// What the handler of the program's own replaced.
static PREVIOUS: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);

/// How often it was called.
static CALLED: AtomicI32 = AtomicI32::new(0);

/// A handler that knows nothing but the signal's number, and hands on no more.
extern "C" fn plain(signal: c_int) {
    CALLED.fetch_add(1, SeqCst);
    let previous = PREVIOUS.load(SeqCst);
    if previous != libc::SIG_DFL {
        // SAFETY: this is what programs do with what `signal` returned.
        let previous: extern "C" fn(c_int) = unsafe { mem::transmute(previous) };
        previous(signal);
    }
}

/// One that hands on all that it is given.
extern "C" fn with_info(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    CALLED.fetch_add(1, SeqCst);
    let previous = PREVIOUS.load(SeqCst);
    if previous != libc::SIG_DFL {
        // SAFETY: it was installed so.
        let previous: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = unsafe { mem::transmute(previous) };
        previous(signal, info, context);
    }
}

/// Has the program's own handler called at SIGTERM, which calls what was there.
#[derive(Clone, Copy)]
enum Own {
    Plain,
    WithInfo,
    /// Takes the action that is there, and changes nothing of it but the handler.
    InTheSameAction,
}

impl Own {
    const ALL: [(&str, Self); 3] =
        [("plain", Self::Plain), ("with_info", Self::WithInfo), ("in_the_same_action", Self::InTheSameAction)];

    fn install(self) {
        let (plain, with_info): (extern "C" fn(c_int), extern "C" fn(_, _, _)) = (plain, with_info);
        // SAFETY: zeroes are a valid `sigaction`; the handlers may be called in a signal handler.
        unsafe {
            let mut action: libc::sigaction = mem::zeroed();
            assert_eq!(libc::sigaction(SIGTERM, ptr::null(), &raw mut action), 0);
            PREVIOUS.store(action.sa_sigaction, SeqCst);
            match self {
                Self::Plain => {
                    libc::signal(SIGTERM, plain as libc::sighandler_t);
                    return;
                }
                Self::WithInfo => {
                    action = mem::zeroed();
                    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
                }
                Self::InTheSameAction => action.sa_flags |= libc::SA_SIGINFO,
            }
            action.sa_sigaction = with_info as libc::sighandler_t;
            assert_eq!(libc::sigaction(SIGTERM, &raw const action, ptr::null_mut()), 0);
        }
    }
}

/// The last handler of the program: how often was its own handler called?
extern "C" fn say_how_often() {
    outlast(1);
    say(&format!("called {}", CALLED.load(SeqCst)));
}

extern "C" fn say_how_often_and_be_done() {
    say(&format!("called {} ", CALLED.load(SeqCst)));
    done();
}

/// Where the handler of the program's own is.
const PLACES: [&str; 3] = ["below_two_copies", "between_two_copies", "above_two_copies"];

fn with_own(own: Own, place: usize, for_sigterm: bool) -> [Crate; 2] {
    let copies = Crate::several();
    let install = |copy: Crate| if for_sigterm { copy.install_for(SIGTERM) } else { copy.install() };
    for (number, copy) in copies.into_iter().enumerate() {
        if number == place {
            own.install();
        }
        install(copy);
    }
    if place == copies.len() {
        own.install();
    }
    copies
}

/// A handler of the program's own is called once, and the copy that is slow is waited for.
fn called_once(own: &str, place: &str, slow: &str, main: impl Fn() + 'static) -> Scenario {
    copies(format!("a_handler_{own}_{place}_is_called_once_a_slow_{slow}_being_waited_for"), main)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (own_name, own) in Own::ALL {
        for (place, place_name) in PLACES.into_iter().enumerate() {
            let slow_program = called_once(own_name, place_name, "program", move || {
                let [program, library] = with_own(own, place, true);
                program.call(say_how_often);
                library.call(done);
                send_and_wait(SIGTERM);
            });
            let slow_library = called_once(own_name, place_name, "library", move || {
                let [program, library] = with_own(own, place, true);
                program.call(say_how_often_and_be_done);
                library.call(outlast_one);
                send_and_wait(SIGTERM);
            });
            scenarios.extend([slow_program.prints("called 1"), slow_library.prints("called 1 outlasts one ")]);
        }
    }
    scenarios.extend([0, 1].map(|first: usize| {
        copies(format!("two_copies_install_again_after_a_reset_copy_{first}_being_first"), move || {
            let copies = Crate::both();
            for _ in 0..3 {
                // SAFETY: the default is always allowed.
                unsafe { libc::signal(SIGTERM, libc::SIG_DFL) };
                copies[first].install();
                copies[1 - first].install();
                copies[first].install();
            }
            copies[0].call(done);
            copies[1].call(outlast_one);
            send_and_wait(SIGTERM);
        })
        .prints("outlasts one ")
    }));
    scenarios
}
