//! One copy exits in another way than by the signal: that ends the process, when the others have run their handlers.

use atexit_test_support::{Scenario, say, sleep_for_long, wait_in_vain, wait_until_exiting};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use atexit_test_support::{Watched, glibc_version};
use libc::SIGTERM;

use super::{Crate, copies, done, outlast, outlast_one, wait_until_done};
use crate::programs::{send, send_and_wait};

/// A handler of an ordinary exit: a signal comes, at which another copy runs its handlers.
extern "C" fn send_and_outlast_one() {
    say("exits ");
    send(SIGTERM);
    outlast_one();
}

/// The same where the other copy takes its time, which it has begun to.
extern "C" fn send_and_let_another_run() {
    send(SIGTERM);
    wait_until_done(1);
    say("exits ");
}

/// A handler that outlasts that.
extern "C" fn take_time() {
    done();
    wait_in_vain();
    say("takes time ");
}

/// A program and a library: the last handler of the program leaves a letter, and the library has this one.
fn begin(of_library: extern "C" fn()) -> [Crate; 2] {
    let [program, library] = Crate::both();
    library.call(of_library);
    program.letter('p');
    [program, library]
}

/// A signal comes, and the program outlasts the library, which is done when this returns.
fn begin_and_send() -> Crate {
    let [program, library] = begin(done);
    program.call(outlast_one);
    send(SIGTERM);
    wait_until_exiting();
    wait_until_done(1);
    library
}

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        // The slots of the program are come to first, or those of the library: its handlers have run by then.
        copies("a_signal_during_an_exit_of_one_copy_leaves_the_exit_its_status", || {
            let [program, _] = begin(done);
            program.call(send_and_outlast_one);
            std::process::exit(3);
        })
        .prints("exits outlasts one p")
        .exits(3),
        copies("an_exit_waits_for_the_handlers_that_a_signal_runs_in_another_copy", || {
            let [program, _] = begin(take_time);
            program.call(send_and_let_another_run);
            std::process::exit(3);
        })
        .prints("exits ptakes time ")
        .exits(3),
        copies("a_signal_during_an_exit_in_a_library_leaves_the_exit_its_status", || {
            let [program, library] = Crate::both();
            program.call(done);
            library.letter('l');
            library.call(send_and_outlast_one);
            std::process::exit(4);
        })
        .prints("exits outlasts one l")
        .exits(4),
        copies("exit_in_a_handler_that_a_signal_runs_lets_another_copy_finish", || {
            extern "C" fn exit() {
                atexit::exit(7)
            }
            let [program, _] = begin(take_time);
            program.call(exit);
            send_and_wait(SIGTERM);
        })
        .prints("ptakes time ")
        .exits(7),
        copies("exit_of_another_copy_in_a_handler_that_a_signal_runs_ends_with_that_status", || {
            let [_, library] = begin(done);
            atexit::register(move || {
                outlast(1);
                library.exit(5);
            });
            send_and_wait(SIGTERM);
        })
        .prints("p")
        .exits(5),
        copies("exit_of_another_copy_in_a_handler_that_a_signal_runs_waits_for_that_copy", || {
            let [_, library] = begin(take_time);
            atexit::register(move || {
                wait_until_done(1);
                library.exit(5);
            });
            send_and_wait(SIGTERM);
        })
        .prints("takes time p")
        .exits(5),
        // From 2.41 on, glibc lets one thread exit, and that waits for the handler.
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        copies("exit_of_a_copy_that_is_done_in_a_handler_of_another_that_main_waits_for", || {
            let [_, library] = Crate::both();
            atexit::register(move || {
                wait_until_done(1);
                Watched::main().wait_until_asleep();
                say("exits ");
                library.exit(5);
            });
            library.call(done);
            send(SIGTERM);
            wait_until_done(1);
            // Or else this thread would run the handler, and so wait for itself.
            wait_until_exiting();
            // SAFETY: no other thread is in it.
            unsafe { libc::exit(1) };
        })
        .prints("exits ")
        .exits(5)
        .unless(glibc_version() >= (2, 41)),
        copies("main_returns_while_one_copy_waits_for_another", || _ = begin_and_send()).prints("outlasts one p"),
        copies("main_exits_by_a_copy_that_waits_for_another", || {
            begin_and_send().exit(6);
            sleep_for_long();
        })
        .prints("outlasts one p"),
        copies("what_a_handler_registers_in_a_copy_that_is_done_runs", || {
            let [_, library] = Crate::both();
            library.call(done);
            atexit::register(move || {
                outlast(1);
                library.letter('l');
                say("registered ");
            });
            send_and_wait(SIGTERM);
        })
        .prints("lregistered "),
    ]
}
