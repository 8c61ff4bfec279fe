//! Process 1 of a PID namespace, as in a container. The kernel drops every signal whose action is the default there, so
//! that none ends it: it exits, with the status that a shell shows of a process that a signal ended.

use std::io;
use std::thread;

use atexit::signals;
use atexit_test_support::{
    LATER, NAMESPACE, PROCESS_ONE_CAN_RAISE, Process, Scenario, Status, Trial, as_process_one, helper, needs, program,
    register_letters,
};
use libc::{SIGHUP, SIGINT, SIGTERM, c_int};

use crate::deadline::names_what_is_stuck;
use crate::forking::{CHILDREN_START_NO_THREADS, in_a_child};
use crate::programs::{SIGNAL, send_and_wait};

/// The status of a process that would end by this signal.
const fn status(signal: c_int) -> Status {
    Status::Code(128 + signal)
}

/// Starts that program as process 1.
fn start(name: &str) -> io::Result<Process> {
    Process::start(as_process_one(&program(name)))
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![helper("process_one_with_process_one_of_another_namespace_as_its_child", || {
        signals::install().unwrap();
        register_letters("a");
        // SAFETY: it changes nothing for this process, only for its children.
        assert_eq!(unsafe { libc::unshare(libc::CLONE_NEWPID) }, 0, "{}", io::Error::last_os_error());
        let status = in_a_child(|| {
            // SAFETY: it only asks.
            assert_eq!(unsafe { libc::getpid() }, 1);
            signals::install().unwrap();
            send_and_wait(SIGTERM);
        });
        print!(" {status} ");
    })]
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("process_one_that_exits_in_a_handler_has_that_status", || {
            let process = start("exit_in_a_handler_that_a_signal_runs_ends_with_that_status")?;
            process.end()?.is("baD15", Status::Code(7))
        }),
        Trial::test("a_child_of_process_one_that_installs_nothing_ends_by_the_signal", || {
            let process = start("a_forked_child_ends_by_a_signal_and_leaves_the_parent_alone")?;
            process.end()?.is("signal 15 None baD", Status::Code(0))
        }),
    ];
    if !CHILDREN_START_NO_THREADS {
        trials.extend([
            Trial::test("a_child_of_process_one_ends_by_the_signal", || {
                let process = start("a_forked_child_that_installs_again_runs_its_handlers")?;
                process.end()?.is("aD15 signal 15 aD2", status(SIGINT))
            }),
            Trial::test("the_handlers_of_process_one_in_a_nested_namespace_run", || {
                let process = start("process_one_with_process_one_of_another_namespace_as_its_child")?;
                process.end()?.is("aD15 status 143 aD", Status::Code(0))
            }),
        ]);
    }
    if PROCESS_ONE_CAN_RAISE {
        trials.extend(trials_of_its_end());
    }
    needs(&NAMESPACE, trials)
}

/// How it ends where it would die by a signal.
fn trials_of_its_end() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("process_one_exits_at_once_at_a_second_signal", || {
            let mut process = start("ready_with_a_handler_that_sleeps")?;
            process.wait_for("ready ")?;
            process.signal(SIGTERM)?;
            process.wait_for("begun ")?;
            thread::sleep(LATER);
            process.signal(SIGINT)?;
            process.end()?.is("ready begun ", status(SIGINT))
        }),
        Trial::test("process_one_exits_at_once_at_the_second_signal_during_an_ordinary_exit", || {
            let mut process = start("ready_to_exit_with_a_handler_that_sleeps")?;
            process.wait_for("begun ")?;
            process.signal(SIGTERM)?;
            thread::sleep(LATER);
            process.signal(SIGTERM)?;
            process.end()?.is("ready begun ", status(SIGTERM))
        }),
        Trial::test("process_one_exits_at_the_deadline_after_a_signal", || {
            names_what_is_stuck(&start("stuck_after_a_signal")?.end()?, status(SIGNAL))
        }),
    ];
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let promise = |sender| format!("process_one_exits_after_its_handlers_at_signal_{signal}_from_{sender}");
        trials.push(Trial::test(promise("another"), move || {
            (0..10).try_for_each(|_| {
                let mut process = start("ready_and_sleeping")?;
                process.wait_for("ready ")?;
                process.signal(signal)?;
                process.end()?.is(&format!("ready cbaD{signal}"), status(signal))
            })
        }));
        trials.push(Trial::test(promise("itself"), move || {
            (0..10).try_for_each(|_| {
                let mut program = program("ready_and_computing");
                program.env("SIGNAL", signal.to_string());
                Process::start(as_process_one(&program))?.end()?.is(&format!("ready cbaD{signal}"), status(signal))
            })
        }));
    }
    trials
}
