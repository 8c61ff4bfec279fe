//! Several copies in a forked child, which inherits nothing of who is running handlers.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

use atexit_test_support::{Forked, LATER, Scenario, Status, say, sleep_for_long};
use libc::{SIGINT, SIGTERM, SIGUSR1};

use super::{Crate, DONE, copies, done, hang, outlast, outlast_one};
use crate::forking::{CHILDREN_START_NO_THREADS, in_a_child};
use crate::programs::{send, send_and_wait};

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

/// Both have a handler that leaves a letter, and these of them install again in the child.
fn in_a_child_installs(name: &'static str, installing: &'static [usize]) -> Scenario {
    copies(name, move || {
        let copies = Crate::both();
        copies.into_iter().zip(['p', 'l']).for_each(|(copy, letter)| copy.letter(letter));
        let status = in_a_child(|| {
            installing.iter().for_each(|&number| copies[number].install());
            send_and_wait(SIGTERM);
        });
        say_and_end(status);
    })
    .exits(0)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        in_a_child_installs("a_signal_ends_a_child_of_two_copies_at_once", &[]).prints(" signal 15"),
        in_a_child_installs("a_child_in_which_the_program_installs_again_runs_its_handlers", &[0])
            .unless(CHILDREN_START_NO_THREADS)
            .prints("p signal 15"),
        in_a_child_installs("a_child_in_which_a_library_installs_again_runs_its_handlers", &[1])
            .unless(CHILDREN_START_NO_THREADS)
            .prints("l signal 15"),
        copies("a_child_in_which_two_copies_install_again_waits_for_both", || {
            let both = Crate::both();
            let status = in_a_child(|| {
                install_again(both);
                send_and_wait(SIGTERM);
            });
            say_and_end(status);
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("outlasts one  signal 15")
        .exits(0),
        copies("a_child_that_is_forked_while_two_copies_run_handlers_waits_for_its_own", || {
            let both = Crate::both();
            both.into_iter().for_each(|copy| copy.call(wait_for_the_child));
            send(SIGTERM);
            outlast(2);
            let status = in_a_child(|| {
                DONE.store(0, SeqCst);
                install_again(both);
                send_and_wait(SIGINT);
            });
            say(&format!(" {status}"));
            CHILD_HAS_ENDED.store(true, SeqCst);
            sleep_for_long();
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("outlasts one  signal 2"),
        copies("a_child_forked_by_a_handler_of_one_of_two_copies_ends_by_the_signal_that_runs_it", || {
            let [program, library] = Crate::both();
            program.letter('p');
            library.call(wait_for_the_child);
            program.call(fork);
            send_and_wait(SIGTERM);
        })
        // To flush.
        .unless(CHILDREN_START_NO_THREADS)
        .prints("child p signal 15 p"),
        copies("a_signal_that_no_copy_has_installed_in_a_child_ends_it_at_once", || {
            let [_, library] = Crate::both();
            let status = in_a_child(|| {
                library.install_for(SIGUSR1);
                library.call(hang);
                send(SIGUSR1);
                thread::sleep(LATER);
                send_and_wait(SIGTERM);
            });
            say_and_end(status);
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("hangs  signal 15")
        .exits(0),
    ]
}

/// Goes on in both: in the parent as soon as the child has ended.
extern "C" fn fork() {
    match Forked::in_parent() {
        Some(child) => say(&format!(" {} ", child.end())),
        None => say("child "),
    }
    CHILD_HAS_ENDED.store(true, SeqCst);
}

/// Both install in the child, where the library outlasts the program.
fn install_again([program, library]: [Crate; 2]) {
    library.install();
    program.install();
    program.call(done);
    library.call(outlast_one);
}
