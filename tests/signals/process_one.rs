//! Process 1 of a PID namespace, as in a container. The kernel drops every signal whose action is the default there, so
//! that none ends it: it exits, with the status that a shell shows of a process that a signal ended.

use std::io;
use std::thread;

use atexit::signals;
use atexit_test_support::{
    Failed, LATER, Left, NAMESPACE, PROCESS_ONE_CAN_RAISE, Process, Program, Scenario, Status, also, as_process_one,
    helper, register_letters,
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
fn start(program: &Program) -> Result<Process, Failed> {
    Ok(Process::start(as_process_one(&program.command()?))?)
}

/// That program as process 1.
fn one(name: &'static str) -> Scenario {
    also(name).needs(&NAMESPACE)
}

/// The same where it is to end as it would die by a signal.
fn dying_one(name: &'static str) -> Scenario {
    one(name).unless(!PROCESS_ONE_CAN_RAISE)
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        one("exit_in_a_handler_that_a_signal_runs_ends_with_that_status")
            .test("process_one_that_exits_in_a_handler_has_that_status", |program| {
                start(program)?.end()?.is("baD15", Status::Code(7))
            }),
        one("a_forked_child_ends_by_a_signal_and_leaves_the_parent_alone")
            .test("a_child_of_process_one_that_installs_nothing_ends_by_the_signal", |program| {
                start(program)?.end()?.is("signal 15 None baD", Status::Code(0))
            }),
        one("a_forked_child_that_installs_again_runs_its_handlers")
            .unless(CHILDREN_START_NO_THREADS)
            .test("a_child_of_process_one_ends_by_the_signal", |program| {
                start(program)?.end()?.is("aD15 signal 15 aD2", status(SIGINT))
            }),
        helper("process_one_with_process_one_of_another_namespace_as_its_child", || {
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
        })
        .needs(&NAMESPACE)
        .unless(CHILDREN_START_NO_THREADS)
        .test("the_handlers_of_process_one_in_a_nested_namespace_run", |program| {
            start(program)?.end()?.is("aD15 status 143 aD", Status::Code(0))
        }),
        dying_one("ready_with_a_handler_that_sleeps").test("process_one_exits_at_once_at_a_second_signal", |program| {
            let mut process = start(program)?;
            process.wait_for("ready ")?;
            process.signal(SIGTERM)?;
            process.wait_for("begun ")?;
            thread::sleep(LATER);
            process.signal(SIGINT)?;
            process.end()?.is("ready begun ", status(SIGINT))
        }),
        dying_one("ready_to_exit_with_a_handler_that_sleeps").test(
            "process_one_exits_at_once_at_the_second_signal_during_an_ordinary_exit",
            |program| {
                let mut process = start(program)?;
                process.wait_for("begun ")?;
                process.signal(SIGTERM)?;
                thread::sleep(LATER);
                process.signal(SIGTERM)?;
                process.end()?.is("ready begun ", status(SIGTERM))
            },
        ),
        dying_one("stuck_after_a_signal").test("process_one_exits_at_the_deadline_after_a_signal", |program| {
            names_what_is_stuck(&start(program)?.end()?, status(SIGNAL))
        }),
        by_every_signal("ready_and_sleeping", "another", |program, signal| {
            let mut process = start(program)?;
            process.wait_for("ready ")?;
            process.signal(signal)?;
            process.end()
        }),
        by_every_signal("ready_and_computing", "itself", |program, signal| {
            let mut command = program.command()?;
            command.env("SIGNAL", signal.to_string());
            Process::run(as_process_one(&command))
        }),
    ]
}

/// Each signal, sent so, has it exit after its handlers.
fn by_every_signal(name: &'static str, sender: &str, sent: fn(&Program, c_int) -> Result<Left, Failed>) -> Scenario {
    let mut scenario = dying_one(name);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let promise = format!("process_one_exits_after_its_handlers_at_signal_{signal}_from_{sender}");
        scenario = scenario.test(promise, move |program| {
            (0..10).try_for_each(|_| sent(program, signal)?.is(&format!("ready cbaD{signal}"), status(signal)))
        });
    }
    scenario
}
