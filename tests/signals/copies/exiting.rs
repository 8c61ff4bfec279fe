//! One copy exits in another way than by the signal: that ends the process, when the others have run their handlers.

use std::thread;

use atexit_test_support::{LATER, Scenario, Status, Trial, helper, say, sleep_for_long, wait_until_exiting};
use libc::SIGTERM;

use super::{Crate, done, outlast, outlast_one, trial, wait_until_done};
use crate::programs::{send, send_and_wait};

/// A handler of an ordinary exit: a signal comes, at which another copy runs its handlers.
extern "C" fn send_and_outlast_one() {
    say("exits ");
    send(SIGTERM);
    outlast_one();
}

/// The same where the other copy takes its time.
extern "C" fn send_and_let_another_run() {
    send(SIGTERM);
    thread::sleep(LATER);
    say("exits ");
}

/// A handler that outlasts that.
extern "C" fn take_time() {
    done();
    thread::sleep(LATER);
    thread::sleep(LATER);
    say("takes time ");
}

/// A program and a library, both of which have installed.
fn both() -> [Crate; 2] {
    let copies = Crate::several();
    copies.into_iter().for_each(Crate::install);
    copies
}

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        // The slots of the program are come to first, or those of the library: its handlers have run by then.
        helper("a_signal_during_an_exit_of_one_copy_leaves_the_exit_its_status", || {
            let [program, library] = both();
            library.call(done);
            program.letter('p');
            program.call(send_and_outlast_one);
            std::process::exit(3);
        }),
        helper("an_exit_waits_for_the_handlers_that_a_signal_runs_in_another_copy", || {
            let [program, library] = both();
            library.call(take_time);
            program.letter('p');
            program.call(send_and_let_another_run);
            std::process::exit(3);
        }),
        helper("a_signal_during_an_exit_in_a_library_leaves_the_exit_its_status", || {
            let [program, library] = both();
            program.call(done);
            library.letter('l');
            library.call(send_and_outlast_one);
            std::process::exit(4);
        }),
        helper("exit_in_a_handler_that_a_signal_runs_lets_another_copy_finish", || {
            extern "C" fn exit() {
                atexit::exit(7)
            }
            let [program, library] = both();
            library.call(take_time);
            program.letter('p');
            program.call(exit);
            send_and_wait(SIGTERM);
        }),
        helper("exit_of_another_copy_in_a_handler_that_a_signal_runs_ends_with_that_status", || {
            let [program, library] = both();
            library.call(done);
            program.letter('p');
            atexit::register(move || {
                outlast(1);
                library.exit(5);
            });
            send_and_wait(SIGTERM);
        }),
        helper("exit_of_another_copy_in_a_handler_that_a_signal_runs_waits_for_that_copy", || {
            let [program, library] = both();
            library.call(take_time);
            program.letter('p');
            atexit::register(move || {
                wait_until_done(1);
                library.exit(5);
            });
            send_and_wait(SIGTERM);
        }),
        helper("main_returns_while_one_copy_waits_for_another", || {
            let [program, library] = both();
            library.call(done);
            program.letter('p');
            program.call(outlast_one);
            send(SIGTERM);
            wait_until_exiting();
            wait_until_done(1);
        }),
        helper("main_exits_by_a_copy_that_waits_for_another", || {
            let [program, library] = both();
            library.call(done);
            program.letter('p');
            program.call(outlast_one);
            send(SIGTERM);
            wait_until_exiting();
            wait_until_done(1);
            library.exit(6);
            sleep_for_long();
        }),
        helper("what_a_handler_registers_in_a_copy_that_is_done_runs", || {
            let [_, library] = both();
            library.call(done);
            atexit::register(move || {
                outlast(1);
                library.letter('l');
                say("registered ");
            });
            send_and_wait(SIGTERM);
        }),
    ]
}

pub(super) fn trials() -> Vec<Trial> {
    const BY_SIGNAL: Status = Status::Signal(SIGTERM);
    vec![
        trial(
            "a_signal_during_an_exit_of_one_copy_leaves_the_exit_its_status",
            "exits outlasts one p",
            Status::Code(3),
        ),
        trial(
            "an_exit_waits_for_the_handlers_that_a_signal_runs_in_another_copy",
            "exits ptakes time ",
            Status::Code(3),
        ),
        trial(
            "a_signal_during_an_exit_in_a_library_leaves_the_exit_its_status",
            "exits outlasts one l",
            Status::Code(4),
        ),
        trial("exit_in_a_handler_that_a_signal_runs_lets_another_copy_finish", "ptakes time ", Status::Code(7)),
        trial("exit_of_another_copy_in_a_handler_that_a_signal_runs_ends_with_that_status", "p", Status::Code(5)),
        trial(
            "exit_of_another_copy_in_a_handler_that_a_signal_runs_waits_for_that_copy",
            "takes time p",
            Status::Code(5),
        ),
        trial("main_returns_while_one_copy_waits_for_another", "outlasts one p", BY_SIGNAL),
        trial("main_exits_by_a_copy_that_waits_for_another", "outlasts one p", BY_SIGNAL),
        trial("what_a_handler_registers_in_a_copy_that_is_done_runs", "lregistered ", BY_SIGNAL),
    ]
}
