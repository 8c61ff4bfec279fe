//! Process 1 of a PID namespace, as in a container. The kernel drops every signal whose action is the default there, so
//! that none ends it: it exits, with the status that a shell shows of a process that a signal ended.

use std::fs;
use std::io;
use std::thread;

use atexit::signals;
use atexit_test_support::{Failed, Need, Scenario, Status, Trial, helper, needs, program};
use libc::{SIGHUP, SIGINT, SIGTERM, c_int, pid_t};

use crate::forking::in_a_child;
use crate::process::{LATER, Process, send, started_by};
use crate::programs::{register_letters, send_and_wait};
use crate::timing::names_what_is_stuck;

/// Starting a process as process 1. Usually only the superuser may do so.
const NAMESPACE: Need =
    Need::program("a PID namespace of one's own", UNSHARE, &["--pid", "--fork", "--kill-child", "true"]);

const UNSHARE: &str = "unshare";

/// `unshare` waits for the program, and then ends as it did. If `unshare` is killed, so is the program.
const AS_PROCESS_ONE: [&str; 3] = ["--pid", "--fork", "--kill-child"];

/// The status of a process that would end by this signal.
const fn status(signal: c_int) -> Status {
    Status::Code(128 + signal)
}

/// That program as process 1.
struct ProcessOne(Process);

impl ProcessOne {
    fn start(name: &str) -> io::Result<Self> {
        Self::start_with(name, &[])
    }

    fn start_with(name: &str, variables: &[(&str, String)]) -> io::Result<Self> {
        let mut command = started_by(UNSHARE, &AS_PROCESS_ONE, &program(name));
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        Process::start(command).map(Self)
    }

    /// Sends it a signal, from outside of its namespace.
    fn signal(&self, signal: c_int) -> Result<(), Failed> {
        let child = child_of(self.0.id())?.ok_or("`unshare` has a child")?;
        Ok(send(child, signal)?)
    }
}

/// The child of that process. It has at most one.
fn child_of(parent: pid_t) -> io::Result<Option<pid_t>> {
    for entry in fs::read_dir("/proc")? {
        let Some(process) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // Others may end meanwhile.
        let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { continue };
        // The name of its program, in parentheses, is followed by its state and its parent.
        let parent_of_it = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        if parent_of_it.is_some_and(|number| number == parent.to_string()) {
            return Ok(Some(process));
        }
    }
    Ok(None)
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
        Trial::test("process_one_exits_at_once_at_a_second_signal", || {
            let mut process = ProcessOne::start("ready_with_a_handler_that_sleeps")?;
            process.0.wait_for("ready ")?;
            process.signal(SIGTERM)?;
            process.0.wait_for("begun ")?;
            thread::sleep(LATER);
            process.signal(SIGINT)?;
            process.0.end()?.is("ready begun ", status(SIGINT))
        }),
        Trial::test("process_one_exits_at_once_at_the_second_signal_during_an_ordinary_exit", || {
            let mut process = ProcessOne::start("ready_to_exit_with_a_handler_that_sleeps")?;
            process.0.wait_for("begun ")?;
            process.signal(SIGTERM)?;
            thread::sleep(LATER);
            process.signal(SIGTERM)?;
            process.0.end()?.is("ready begun ", status(SIGTERM))
        }),
        Trial::test("process_one_exits_at_the_deadline_after_a_signal", || {
            let mut process = ProcessOne::start("stuck_after_a_signal")?;
            process.0.wait_for("ready ")?;
            process.signal(SIGTERM)?;
            names_what_is_stuck(&process.0.end()?, "ready ", status(SIGTERM))
        }),
        Trial::test("process_one_that_exits_in_a_handler_has_that_status", || {
            let process = ProcessOne::start("exit_in_a_handler_that_a_signal_runs_ends_with_that_status")?;
            process.0.end()?.is("baD15", Status::Code(7))
        }),
        Trial::test("a_child_of_process_one_ends_by_the_signal", || {
            let process = ProcessOne::start("a_forked_child_that_installs_again_runs_its_handlers")?;
            process.0.end()?.is("aD15 signal 15 aD2", status(SIGINT))
        }),
        Trial::test("a_child_of_process_one_that_installs_nothing_ends_by_the_signal", || {
            let process = ProcessOne::start("a_forked_child_ends_by_a_signal_and_leaves_the_parent_alone")?;
            process.0.end()?.is("signal 15 None baD", Status::Code(0))
        }),
        Trial::test("the_handlers_of_process_one_in_a_nested_namespace_run", || {
            let process = ProcessOne::start("process_one_with_process_one_of_another_namespace_as_its_child")?;
            process.0.end()?.is("aD15 status 143 aD", Status::Code(0))
        }),
    ];
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let promise = |sender| format!("process_one_exits_after_its_handlers_at_signal_{signal}_from_{sender}");
        trials.push(Trial::test(promise("another"), move || {
            (0..10).try_for_each(|_| {
                let mut process = ProcessOne::start("ready_and_sleeping")?;
                process.0.wait_for("ready ")?;
                process.signal(signal)?;
                process.0.end()?.is(&format!("ready cbaD{signal}"), status(signal))
            })
        }));
        trials.push(Trial::test(promise("itself"), move || {
            (0..10).try_for_each(|_| {
                let process = ProcessOne::start_with("ready_and_computing", &[("SIGNAL", signal.to_string())])?;
                process.0.end()?.is(&format!("ready cbaD{signal}"), status(signal))
            })
        }));
    }
    needs(&NAMESPACE, trials)
}
