//! What a program should do, as the documentation has it: a stack of handlers, and nothing of the crate's own.

use std::fmt::{self, Write as _};

use atexit_test_support::{HOOK_PANICKED, PANICKED, Status};

use crate::program::{Call, DECLARED, FUNCTIONS_WITH_ONE_ARGUMENT, MOST_HANDLERS, Operation, Program};
use crate::trace::Trace;

/// What the program should leave.
pub(crate) fn trace(program: &Program) -> Trace {
    let mut model = Model {
        program,
        pending: Vec::new(),
        handlers: 0,
        registrations: Vec::new(),
        guards: Vec::new(),
        c: Vec::new(),
        hook: None,
        exiting: false,
        stdout: String::new(),
        stderr: String::new(),
    };
    for call in DECLARED {
        model.push(Handler { id: Id::Declared, call, is_guard: false });
    }
    let code = model.process();
    Trace { stdout: model.stdout, stderr: model.stderr, status: Status::Code(code) }
}

struct Model<'a> {
    program: &'a Program,
    /// The newest is the last.
    pending: Vec<Handler>,
    /// How many were registered.
    handlers: usize,
    registrations: Vec<Id>,
    guards: Vec<Id>,
    /// C's handlers: what was the newest of ours when they were registered, and their numbers.
    c: Vec<(Id, usize)>,
    hook: Option<usize>,
    exiting: bool,
    stdout: String,
    stderr: String,
}

#[derive(Clone, Copy)]
struct Handler {
    id: Id,
    call: Call,
    /// A guard's handler is a closure, not the function that it calls.
    is_guard: bool,
}

/// The newer is the greater.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Id {
    Declared,
    Registered(usize),
}

/// Why operations were not followed by the next one.
enum Stop {
    Panicked,
    Failed,
    /// The process ended.
    Exited(i32),
}

impl Model<'_> {
    /// Everything, and the exit status.
    fn process(&mut self) -> i32 {
        let program = self.program;
        let code = match self.play(&program.main) {
            Ok(()) => 0,
            Err(Stop::Panicked) => 101,
            Err(Stop::Failed) => {
                self.stderr.push_str("Error: Failed\n");
                1
            }
            Err(Stop::Exited(code)) => return code,
        };
        self.exit(code)
    }

    /// The end: all that is pending runs, and of several exit statuses the last counts.
    fn exit(&mut self, code: i32) -> i32 {
        self.exiting = true;
        match self.end() {
            Err(Stop::Exited(later)) => later,
            _ => code,
        }
    }

    /// C's handlers run, too, each after those of ours that are newer.
    fn end(&mut self) -> Result<(), Stop> {
        while let Some(&(newest_before, number)) = self.c.last() {
            self.run_newer_than(Some(newest_before))?;
            self.c.pop();
            self.say(format_args!("C's {number}"));
        }
        self.run()
    }

    fn play(&mut self, operations: &[Operation]) -> Result<(), Stop> {
        let mut locals = Vec::new();
        let mut result = Ok(());
        for operation in operations {
            result = self.operation(operation, &mut locals);
            match result {
                Ok(()) => (),
                Err(Stop::Exited(_)) => return result,
                Err(_) => break,
            }
        }
        for guard in locals {
            self.run_one(guard)?;
        }
        result
    }

    fn operation(&mut self, operation: &Operation, locals: &mut Vec<Id>) -> Result<(), Stop> {
        self.say(operation);
        match *operation {
            Operation::Register(call, times) => {
                for _ in 0..times {
                    let id = self.register(call, false);
                    self.registrations.extend(id);
                }
            }
            Operation::Unregister(function) => {
                let removed = self.remove(|handler| handler.call.function == function && !handler.is_guard);
                self.returns(removed);
            }
            Operation::TakeBack(back) => {
                let id = self.registrations.iter().rev().nth(back).copied();
                let removed = id.map(|id| self.remove(|handler| handler.id == id) == 1);
                self.returns(format_args!("{removed:?}"));
            }
            Operation::IsPending(back) => {
                let id = self.registrations.iter().rev().nth(back).copied();
                let is_pending = id.map(|id| self.pending.iter().any(|handler| handler.id == id));
                self.returns(format_args!("{is_pending:?}"));
            }
            Operation::Guard(call) => {
                let id = self.register(call, true);
                self.guards.extend(id);
            }
            Operation::Drop(back) => {
                if let Some(id) = self.forget_guard(back) {
                    self.run_one(id)?;
                }
            }
            Operation::Cancel(back) => {
                if let Some(id) = self.forget_guard(back) {
                    self.remove(|handler| handler.id == id);
                }
            }
            Operation::Local(call) => locals.extend(self.register(call, true)),
            Operation::Run => self.run()?,
            Operation::Clear => {
                let removed = self.remove(|_| true);
                self.returns(removed);
            }
            Operation::Count => self.say(format_args!("{} are pending", self.pending.len())),
            Operation::Pending => {
                let names: Vec<String> = self.pending.iter().rev().map(Handler::name).collect();
                self.returns(names.join(" "));
            }
            Operation::IsExiting => self.returns(self.exiting),
            Operation::Hook(body) => self.hook = Some(body),
            Operation::C(number) => self.c.push((Id::Registered(self.handlers), number)),
            Operation::Thread(body) => {
                let how = match self.body(body) {
                    Ok(()) => "ended",
                    Err(Stop::Panicked) => "panicked",
                    Err(Stop::Failed) => "failed",
                    exited => return exited,
                };
                self.returns(how);
            }
            Operation::Panic => return Err(Stop::Panicked),
            Operation::Fail => return Err(Stop::Failed),
            // There it reaches no handler of an executable.
            Operation::ProcessExit(code) if cfg!(windows) => return Err(Stop::Exited(code)),
            Operation::Exit(code) | Operation::ProcessExit(code) => return Err(Stop::Exited(self.exit(code))),
        }
        Ok(())
    }

    fn body(&mut self, number: usize) -> Result<(), Stop> {
        let program = self.program;
        self.play(program.body(number))
    }

    /// Runs the newest until there is none: what a handler registers is then the newest.
    fn run(&mut self) -> Result<(), Stop> {
        self.run_newer_than(None)
    }

    fn run_newer_than(&mut self, id: Option<Id>) -> Result<(), Stop> {
        while let Some(&newest) = self.pending.last().filter(|handler| Some(handler.id) > id) {
            self.pending.pop();
            self.call(newest)?;
        }
        Ok(())
    }

    /// Runs that one, wherever it stands, if it is there.
    fn run_one(&mut self, id: Id) -> Result<(), Stop> {
        let position = self.pending.iter().position(|handler| handler.id == id);
        position.map_or(Ok(()), |position| {
            let handler = self.pending.remove(position);
            self.call(handler)
        })
    }

    /// Calls a handler, whose failure goes no further than its report.
    fn call(&mut self, handler: Handler) -> Result<(), Stop> {
        let Call { function, body, value } = handler.call;
        if function < FUNCTIONS_WITH_ONE_ARGUMENT {
            self.say(format_args!("f{function}({body})"));
        } else {
            self.say(format_args!("f{function}({body}, {value})"));
        }
        let failure = match self.body(body) {
            Ok(()) => {
                self.say(format_args!("f{function} ended"));
                return Ok(());
            }
            Err(Stop::Panicked) => PANICKED,
            Err(Stop::Failed) => "failed: Failed",
            exited => return exited,
        };
        let report = format!("atexit: handler {} {failure}\n", handler.name());
        let Some(hook) = self.hook else {
            self.stderr += &report;
            return Ok(());
        };
        let message = if failure == PANICKED { "panicked: as the program says" } else { failure };
        self.say(format_args!("hook: {} {message}", handler.name()));
        match self.body(hook) {
            Err(Stop::Panicked | Stop::Failed) => {
                self.stderr += HOOK_PANICKED;
                self.stderr.push('\n');
                self.stderr += &report;
                Ok(())
            }
            other => other,
        }
    }

    fn register(&mut self, call: Call, is_guard: bool) -> Option<Id> {
        self.handlers += 1;
        let id = Id::Registered(self.handlers);
        (self.handlers <= MOST_HANDLERS).then(|| {
            self.push(Handler { id, call, is_guard });
            id
        })
    }

    fn push(&mut self, handler: Handler) {
        self.pending.push(handler);
    }

    fn remove(&mut self, fits: impl Fn(&Handler) -> bool) -> usize {
        let before = self.pending.len();
        self.pending.retain(|handler| !fits(handler));
        before - self.pending.len()
    }

    fn forget_guard(&mut self, back: usize) -> Option<Id> {
        let index = self.guards.len().checked_sub(back + 1)?;
        Some(self.guards.remove(index))
    }

    fn say(&mut self, line: impl fmt::Display) {
        writeln!(self.stdout, "{line}").expect("a string takes everything");
    }

    fn returns(&mut self, value: impl fmt::Display) {
        self.say(format_args!("= {value}"));
    }
}

impl Handler {
    fn name(&self) -> String {
        if self.is_guard { "{{closure}}".to_owned() } else { format!("f{}", self.call.function) }
    }
}
