//! Signals in forked children.

use std::sync::mpsc;
use std::thread;

use atexit::signals;
use atexit_test_support::{
    Forked, LATER, Scenario, Status, end_soon, register_letters, say, scenario, sleep_for_long, wait_in_vain,
};
use libc::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};

use crate::programs::{send, send_and_wait};

/// Where a forked child starts a thread, qemu 7.2 fails an assertion of its own: `plugins/core.c`, in
/// `qemu_plugin_vcpu_init_hook`.
pub(crate) const CHILDREN_START_NO_THREADS: bool = cfg!(emulator = "qemu");

/// Forks, and waits for the child: how did it end?
pub(crate) fn in_a_child(child: impl FnOnce()) -> Status {
    Forked::new(child).end()
}

/// A handler that forks and goes on in both: in the parent as soon as the child has ended.
fn forks() {
    if let Some(child) = Forked::in_parent() {
        print!(" {} ", child.end());
    } else {
        end_soon();
        print!("child ");
    }
}

/// A signal runs that handler, and ends both.
fn ends_by_the_signal_of_its_parent(name: &'static str, register: fn()) -> Scenario {
    let program = move || {
        signals::install().unwrap();
        register_letters("a");
        register();
        register_letters("b");
        send_and_wait(SIGTERM);
    };
    scenario(name, program).ends_soon().prints("bchild aD15 signal 15 aD15").killed_by(SIGTERM)
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_forked_child_ends_by_a_signal_and_leaves_the_parent_alone", || {
            signals::install().unwrap();
            register_letters("ab");
            print!("{} ", in_a_child(|| send_and_wait(SIGTERM)));
            wait_in_vain();
            print!("{:?} ", signals::received());
        })
        .prints("signal 15 None baD"),
        scenario("a_forked_child_that_exits_runs_what_it_inherits", || {
            signals::install().unwrap();
            register_letters("a");
            print!(" {} ", in_a_child(|| ()));
        })
        .prints("aD status 0 aD"),
        scenario("a_forked_child_that_installs_again_runs_its_handlers", || {
            signals::install().unwrap();
            register_letters("a");
            let status = in_a_child(|| {
                signals::install().unwrap();
                send_and_wait(SIGTERM);
            });
            print!(" {status} ");
            wait_in_vain();
            send_and_wait(SIGINT);
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("aD15 signal 15 aD2")
        .killed_by(SIGINT),
        scenario("a_forked_child_that_installs_others_ends_at_once_by_those_of_its_parent", || {
            signals::install().unwrap();
            register_letters("a");
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                let status = in_a_child(|| {
                    signals::install_for(&[SIGUSR1]).unwrap();
                    send_and_wait(signal);
                });
                print!("{status} ");
            }
            send_and_wait(SIGTERM);
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("signal 2 signal 15 signal 1 aD15")
        .killed_by(SIGTERM),
        scenario("a_forked_child_that_installs_others_runs_its_handlers_at_those", || {
            signals::install().unwrap();
            register_letters("a");
            let status = in_a_child(|| {
                signals::install_for(&[SIGUSR1]).unwrap();
                send_and_wait(SIGUSR1);
            });
            print!(" {status} ");
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("aD10 signal 10 aD"),
        scenario("a_signal_of_the_parent_ends_a_forked_child_whose_handlers_run_by_its_own", || {
            signals::install().unwrap();
            let status = in_a_child(|| {
                signals::install_for(&[SIGUSR1]).unwrap();
                register_letters("a");
                atexit::register(|| {
                    say("begun ");
                    send_and_wait(SIGTERM);
                });
                send_and_wait(SIGUSR1);
            });
            print!("{status} ");
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("begun signal 15 D"),
        scenario("a_child_that_is_forked_while_a_signal_runs_handlers_runs_its_own_at_a_signal", || {
            signals::install().unwrap();
            register_letters("a");
            let (begun, wait) = mpsc::channel();
            let (forked, finish) = mpsc::channel();
            atexit::register(move || {
                begun.send(()).unwrap();
                finish.recv().unwrap();
            });
            send(SIGTERM);
            wait.recv().unwrap();
            // What came to the parent is long ago.
            thread::sleep(LATER);
            let status = in_a_child(|| {
                signals::install().unwrap();
                register_letters("b");
                send_and_wait(SIGINT);
            });
            print!(" {status} ");
            forked.send(()).unwrap();
            sleep_for_long();
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("baD2 signal 2 aD15")
        .killed_by(SIGTERM),
        ends_by_the_signal_of_its_parent("a_child_forked_by_a_handler_ends_by_the_signal_that_runs_it", || {
            atexit::register(forks);
        }),
        ends_by_the_signal_of_its_parent(
            "a_child_forked_by_a_handler_on_a_thread_ends_by_the_signal_that_runs_it",
            || {
                atexit::register(atexit::on_thread(forks));
            },
        ),
        scenario("a_grandchild_installs_its_own", || {
            signals::install().unwrap();
            register_letters("a");
            let child = in_a_child(|| {
                signals::install_for(&[SIGUSR1]).unwrap();
                let grandchild = in_a_child(|| {
                    signals::install_for(&[SIGHUP]).unwrap();
                    send_and_wait(SIGHUP);
                });
                print!(" {grandchild} ");
                let grandchild = in_a_child(|| {
                    signals::install_for(&[SIGHUP]).unwrap();
                    send_and_wait(SIGUSR1);
                });
                say(&format!("{grandchild} "));
                send_and_wait(SIGTERM);
            });
            print!("{child} ");
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("aD1 signal 1 signal 10 signal 15 aD"),
    ]
}
