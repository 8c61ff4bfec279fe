//! Several copies in a forked child, which inherits nothing of who is running handlers.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

use atexit_test_support::{LATER, Scenario, Status, Trial, helper, say, sleep_for_long};
use libc::{SIGINT, SIGTERM, SIGUSR1};

use super::{Crate, DONE, done, hang, outlast, outlast_one, trial};
use crate::forking::{CHILDREN_START_NO_THREADS, in_a_child};
use crate::programs::{send, send_and_wait};

fn both() -> [Crate; 2] {
    let copies = Crate::several();
    copies.into_iter().for_each(Crate::install);
    copies
}

/// Both, each with a handler that leaves a letter.
fn both_with_letters() -> [Crate; 2] {
    let copies = both();
    copies.into_iter().zip(['p', 'l']).for_each(|(copy, letter)| copy.letter(letter));
    copies
}

/// Says how the child ended, and runs no handler in the parent.
fn say_and_end(status: Status) {
    say(&format!(" {status}"));
    // SAFETY: it may be called at any time.
    unsafe { libc::_exit(0) };
}

/// The parent's handlers run until then.
static CHILD_HAS_ENDED: AtomicBool = AtomicBool::new(false);

extern "C" fn wait_for_the_child() {
    done();
    while !CHILD_HAS_ENDED.load(SeqCst) {
        thread::yield_now();
    }
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let in_a_child_installs = |name, installing: &'static [usize]| {
        helper(name, move || {
            let copies = both_with_letters();
            let status = in_a_child(|| {
                installing.iter().for_each(|&number| copies[number].install());
                send_and_wait(SIGTERM);
            });
            say_and_end(status);
        })
    };
    vec![
        in_a_child_installs(NONE_INSTALLS, &[]),
        in_a_child_installs(PROGRAM_INSTALLS, &[0]),
        in_a_child_installs(LIBRARY_INSTALLS, &[1]),
        helper(BOTH_INSTALL, || {
            let [program, library] = both();
            let status = in_a_child(|| {
                library.install();
                program.install();
                program.call(done);
                library.call(outlast_one);
                send_and_wait(SIGTERM);
            });
            say_and_end(status);
        }),
        helper(FORKED_MEANWHILE, || {
            let [program, library] = both();
            program.call(wait_for_the_child);
            library.call(wait_for_the_child);
            send(SIGTERM);
            outlast(2);
            let status = in_a_child(|| {
                DONE.store(0, SeqCst);
                library.install();
                program.install();
                program.call(done);
                library.call(outlast_one);
                send_and_wait(SIGINT);
            });
            say(&format!(" {status}"));
            CHILD_HAS_ENDED.store(true, SeqCst);
            sleep_for_long();
        }),
        helper(ANOTHER_SIGNAL, || {
            let [_, library] = both();
            let status = in_a_child(|| {
                library.install_for(SIGUSR1);
                library.call(hang);
                send(SIGUSR1);
                thread::sleep(LATER);
                send_and_wait(SIGTERM);
            });
            say_and_end(status);
        }),
    ]
}

const NONE_INSTALLS: &str = "a_signal_ends_a_child_of_two_copies_at_once";
const PROGRAM_INSTALLS: &str = "a_child_in_which_the_program_installs_again_runs_its_handlers";
const LIBRARY_INSTALLS: &str = "a_child_in_which_a_library_installs_again_runs_its_handlers";
const BOTH_INSTALL: &str = "a_child_in_which_two_copies_install_again_waits_for_both";
const FORKED_MEANWHILE: &str = "a_child_that_is_forked_while_two_copies_run_handlers_waits_for_its_own";
const ANOTHER_SIGNAL: &str = "a_signal_that_no_copy_has_installed_in_a_child_ends_it_at_once";

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = vec![trial(NONE_INSTALLS, " signal 15", Status::Code(0))];
    if !CHILDREN_START_NO_THREADS {
        trials.extend([
            trial(PROGRAM_INSTALLS, "p signal 15", Status::Code(0)),
            trial(LIBRARY_INSTALLS, "l signal 15", Status::Code(0)),
            trial(BOTH_INSTALL, "outlasts one  signal 15", Status::Code(0)),
            trial(FORKED_MEANWHILE, "outlasts one  signal 2", Status::Signal(SIGTERM)),
            trial(ANOTHER_SIGNAL, "hangs  signal 15", Status::Code(0)),
        ]);
    }
    trials
}
