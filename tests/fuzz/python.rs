//! The same programs, played with Python's `atexit`.
//!
//! Where Python does otherwise, the programs have none of that, so that the rest is compared to the letter. What
//! follows was read in `Modules/atexitmodule.c` of CPython and, but for 3.14, tried with its versions 3.8 to 3.13:
//!
//! - Its handlers stay in its table until all have run. So what a handler registers isn't called but dropped; `run` in
//!   a handler calls all of them again, the running one too, without end; and `_ncallbacks` in a handler counts those
//!   that have run. Here, handlers call none of these.
//! - `unregister` leaves an empty slot in that table, which `_ncallbacks` counts. Here, programs whose `main` takes
//!   back don't count.
//! - From 3.14 on a run goes through a copy of the table, so that a handler can take nothing back from it. With such a
//!   Python, handlers don't.
//! - `sys.exit` in a handler is one more failure. Here, it is called in `main` alone.
//! - Before 3.10 `_run_exitfuncs` raised the last failure again; such old ones are not asked.
//! - `unregister` and `_clear` return nothing; the model knows what they should.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use atexit_test_support::{Need, Status, repository};

use crate::generate::{CLEAR, COUNT, Choices, EXIT, FAIL, Grammar, PANIC, PROCESS_EXIT, REGISTER, RUN, UNREGISTER};
use crate::program::Program;
use crate::trace::Trace;

/// A Python whose `atexit` is the one described above, on a system that can fork.
pub(crate) const NEED: Need = Need::program(
    "Python 3.10 or later, with fork",
    "python3",
    &["-c", "import os, sys; os.fork; sys.exit(sys.version_info < (3, 10))"],
);

const ENDINGS: Choices = &[(1, PANIC), (1, FAIL), (1, EXIT), (1, PROCESS_EXIT)];
const BODIES: Choices = &[(4, UNREGISTER), (1, CLEAR), (3, PANIC), (3, FAIL)];
/// For a Python whose handlers can't take back.
const BODIES_FROM_3_14: Choices = &[(1, PANIC), (1, FAIL)];

/// Programs that count.
const COUNTING: Choices = &[(12, REGISTER), (1, CLEAR), (2, RUN), (3, COUNT)];
/// Programs that take back.
const TAKING_BACK: Choices = &[(12, REGISTER), (4, UNREGISTER), (1, CLEAR), (2, RUN)];

/// A running Python. It forks for each program, so that each ends a process of its own.
pub(crate) struct Python {
    process: Child,
    programs: Option<ChildStdin>,
    traces: BufReader<ChildStdout>,
    takes_back_in_handlers: bool,
}

impl Python {
    pub(crate) fn start() -> Self {
        let mut process = Command::new("python3")
            // Nothing but the interpreter itself: no environment, no site packages.
            .args(["-I", "-S"])
            .arg(repository().join("tests/fuzz/interpreter.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python can be started");
        let programs = process.stdin.take();
        let traces = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut python = Self { process, programs, traces, takes_back_in_handlers: false };
        python.takes_back_in_handlers = python.line() == "takes back in handlers: True";
        python
    }

    /// The programs of that number in which both do the same.
    pub(crate) fn grammar(&self, number: u64) -> Grammar {
        let main = if number.is_multiple_of(2) { COUNTING } else { TAKING_BACK };
        let bodies = if self.takes_back_in_handlers { BODIES } else { BODIES_FROM_3_14 };
        Grammar { main, endings: ENDINGS, bodies }
    }

    pub(crate) fn trace(&mut self, program: &Program) -> Trace {
        let programs = self.programs.as_mut().expect("it is open until the end");
        writeln!(programs, "{program}end").expect("Python listens");
        let line = self.line();
        let (code, length) = line.split_once(' ').expect("it answers with a status and a length");
        let status = Status::Code(code.parse().expect("the status is a number"));
        let mut stdout = vec![0; length.parse().expect("the length is a number")];
        self.traces.read_exact(&mut stdout).expect("the trace is as long as it said");
        Trace { stdout: String::from_utf8(stdout).expect("it prints text"), stderr: String::new(), status }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.traces.read_line(&mut line).expect("Python answers");
        line.trim_end().to_owned()
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        self.programs = None;
        // It ends with its input; that it has is all that matters.
        let _ = self.process.wait();
    }
}

/// What Python can tell of a trace: neither what `unregister` and `clear` returned, nor our reports.
pub(crate) fn as_python_tells(trace: &Trace) -> Trace {
    let lines = trace.stdout.lines().filter(|line| !line.starts_with("= "));
    Trace { stdout: lines.flat_map(|line| [line, "\n"]).collect(), stderr: String::new(), status: trace.status }
}
