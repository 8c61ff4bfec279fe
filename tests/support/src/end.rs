//! The ways in which a program ends, each brought about for real.

use std::io;
use std::process::Command;

use libtest_mimic::{Failed, Trial};

use crate::process::{Left, NAMESPACE, PROCESS_ONE_CAN_RAISE, Process, as_process_one};
use crate::scenario::Status;
use crate::skip::needs;

/// The number that POSIX gives this signal.
pub const SIGINT: i32 = 2;
/// The number that POSIX gives this signal.
pub const SIGTERM: i32 = 15;

/// A way in which a program ends. Its last argument, a [`word`](Self::word), tells the program what to do itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// `main` returns.
    Return,
    /// `main` returns an error.
    Err,
    /// `main` panics.
    Panic,
    /// It calls `std::process::exit(3)`.
    Exit,
    /// It waits, and the signal comes that Ctrl-C sends.
    Interrupt,
    /// It waits, and SIGTERM comes.
    Terminate,
    /// It waits, and SIGTERM comes, as process 1 of a PID namespace.
    TerminateAsProcessOne,
}

impl End {
    /// Those that run handlers on this platform, in a program that calls `atexit::install`.
    pub const ALL: &[Self] = if cfg!(unix) {
        &[
            Self::Return,
            Self::Err,
            Self::Panic,
            Self::Exit,
            Self::Interrupt,
            Self::Terminate,
            Self::TerminateAsProcessOne,
        ]
    } else {
        &[Self::Return, Self::Err, Self::Panic, Self::Exit]
    };

    /// The argument that has a program end so: `return`, `err`, `panic`, `exit`; or `wait` for the signal.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Err => "err",
            Self::Panic => "panic",
            Self::Exit => "exit",
            Self::Interrupt | Self::Terminate | Self::TerminateAsProcessOne => "wait",
        }
    }

    /// What it is called in the name of a test: `a_folder_is_gone_after_` and this.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Err => "an_error",
            Self::Panic => "a_panic",
            Self::Exit => "process_exit",
            Self::Interrupt => "ctrl_c",
            Self::Terminate => "sigterm",
            Self::TerminateAsProcessOne => "sigterm_as_process_1",
        }
    }

    /// How the process ends then.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Return => Status::Code(0),
            Self::Err => Status::Code(1),
            Self::Panic => Status::Code(101),
            Self::Exit => Status::Code(3),
            Self::Interrupt => Status::Signal(SIGINT),
            Self::Terminate => Status::Signal(SIGTERM),
            Self::TerminateAsProcessOne => Status::Code(128 + SIGTERM),
        }
    }

    /// The signal that ends it.
    #[must_use]
    pub const fn signal(self) -> Option<i32> {
        match self {
            Self::Return | Self::Err | Self::Panic | Self::Exit => None,
            Self::Interrupt => Some(SIGINT),
            Self::Terminate | Self::TerminateAsProcessOne => Some(SIGTERM),
        }
    }

    /// The program, told to end so.
    #[must_use]
    pub fn command(self, mut program: Command) -> Command {
        // A backtrace is the panic hook's business, and slow.
        program.arg(self.word()).env_remove("RUST_BACKTRACE");
        if self == Self::TerminateAsProcessOne { as_process_one(&program) } else { program }
    }

    /// Starts a program that is to end so.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub fn start(self, program: Command) -> io::Result<Process> {
        Process::start(self.command(program))
    }

    /// Has a program that was started for it end so: if by a signal, as soon as it has printed `ready`.
    ///
    /// # Errors
    ///
    /// If it ends in another way.
    pub fn finish(self, mut process: Process, ready: &str) -> Result<Left, Failed> {
        if let Some(signal) = self.signal() {
            process.wait_for(ready)?;
            process.signal(signal)?;
        }
        let left = process.end()?;
        if left.status == self.status() {
            return Ok(left);
        }
        Err(format!("it should end with {}: {left:#?}", self.status()).into())
    }
}

/// Starts a program and ends it so: if by a signal, as soon as it has printed `ready`.
///
/// # Errors
///
/// If it can't be started, or ends in another way.
pub fn end(program: Command, ready: &str, how: End) -> Result<Left, Failed> {
    how.finish(how.start(program)?, ready)
}

/// A test for each of [`End::ALL`], named `promise` and then `_after_return` and so on.
#[must_use]
pub fn after_each_end(promise: &str, test: impl Fn(End) -> Result<(), Failed> + Clone + Send + 'static) -> Vec<Trial> {
    after_each(End::ALL, promise, test)
}

/// The same for some of them. An end that an emulator can't bring about is left out.
#[must_use]
pub fn after_each(
    ends: &[End],
    promise: &str,
    test: impl Fn(End) -> Result<(), Failed> + Clone + Send + 'static,
) -> Vec<Trial> {
    let can_be = |how: &&End| PROCESS_ONE_CAN_RAISE || **how != End::TerminateAsProcessOne;
    let trials = ends.iter().filter(can_be).flat_map(|&how| {
        let test = test.clone();
        let trial = Trial::test(format!("{promise}_after_{}", how.name()), move || test(how));
        if how == End::TerminateAsProcessOne { needs(&NAMESPACE, vec![trial]) } else { vec![trial] }
    });
    trials.collect()
}
