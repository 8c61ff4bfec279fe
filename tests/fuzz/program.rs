//! The programs: lists of operations, in a form that Rust and Python read alike.
//!
//! ```text
//! main
//! register f4 0 7 1
//! run
//! body 0
//! count
//! ```
//!
//! That registers `f4` with the arguments 0 and 7, once, and runs it, which says how many are pending then.
//!
//! Each line of `main` is done in its turn. What a handler does is the body that its first argument names, so that
//! every function can do everything; a body that isn't there is empty.

use std::fmt;

/// What a whole process does.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Program {
    pub(crate) main: Vec<Operation>,
    pub(crate) bodies: Vec<Vec<Operation>>,
}

/// The first so many functions take one argument, the body; the others take a second one.
pub(crate) const FUNCTIONS_WITH_ONE_ARGUMENT: usize = 4;

pub(crate) const FUNCTIONS: usize = 8;

/// Two functions are declared, too, so that they are pending when `main` begins; the last runs first.
pub(crate) const DECLARED: [Call; 2] =
    [Call { function: 6, body: 0, value: 6 }, Call { function: 7, body: 1, value: 7 }];

/// A body that there never is.
pub(crate) const NO_BODY: usize = 9;

/// So many handlers a process may register; then it registers no more. So handlers that register themselves come to
/// an end.
pub(crate) const MOST_HANDLERS: usize = 150;

/// A function and its arguments.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Call {
    pub(crate) function: usize,
    pub(crate) body: usize,
    pub(crate) value: usize,
}

/// One line. Registrations and guards are counted back from the newest one; if there are not so many, nothing is done.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Operation {
    /// `register_with`, so many times.
    Register(Call, usize),
    /// `unregister`.
    Unregister(usize),
    /// `Registration::unregister`.
    TakeBack(usize),
    /// `Registration::is_pending`.
    IsPending(usize),
    /// `guard`, kept until it is dropped or cancelled by the two below.
    Guard(Call),
    Drop(usize),
    Cancel(usize),
    /// `guard` as a local variable, which is dropped where the body or `main` ends.
    Local(Call),
    Run,
    Clear,
    Count,
    Pending,
    IsExiting,
    /// `set_failure_hook`, with this body.
    Hook(usize),
    /// C's `atexit`, of a handler that prints this number. In `main` only: what is added during the end runs when the C
    /// runtime comes to it, not next.
    C(usize),
    /// The body runs on another thread, which is waited for. In `main` only: the end waits for a thread's handlers,
    /// so a handler can't wait for a thread that ends the process.
    Thread(usize),
    Panic,
    /// The handler, or `main`, returns `Err`.
    Fail,
    /// `atexit::exit`.
    Exit(i32),
    /// `std::process::exit`. In `main` only: Rust aborts when it is called by what runs at the end.
    ProcessExit(i32),
}

impl Program {
    pub(crate) fn body(&self, number: usize) -> &[Operation] {
        self.bodies.get(number).map_or(&[], Vec::as_slice)
    }

    /// Reads what `Display` writes.
    ///
    /// # Panics
    ///
    /// If it is something else.
    pub(crate) fn parse(text: &str) -> Self {
        let mut program = Self::default();
        let mut list = &mut program.main;
        for line in text.lines() {
            if let Some(number) = line.strip_prefix("body ") {
                let number: usize = number.parse().expect("bodies have numbers");
                program.bodies.resize(number + 1, Vec::new());
                list = &mut program.bodies[number];
            } else if line != "main" {
                list.push(Operation::parse(line));
            }
        }
        program
    }
}

impl Operation {
    fn parse(line: &str) -> Self {
        let mut words = line.split(' ');
        let name = words.next().expect("a split has a first part");
        let numbers: Vec<usize> =
            words.map(|word| word.trim_start_matches('f').parse().expect("all other words are numbers")).collect();
        let code = || i32::try_from(numbers[0]).expect("an exit code is small");
        let call = || Call { function: numbers[0], body: numbers[1], value: numbers[2] };
        match name {
            "register" => Self::Register(call(), numbers[3]),
            "unregister" => Self::Unregister(numbers[0]),
            "take_back" => Self::TakeBack(numbers[0]),
            "is_pending" => Self::IsPending(numbers[0]),
            "guard" => Self::Guard(call()),
            "drop" => Self::Drop(numbers[0]),
            "cancel" => Self::Cancel(numbers[0]),
            "local" => Self::Local(call()),
            "run" => Self::Run,
            "clear" => Self::Clear,
            "count" => Self::Count,
            "pending" => Self::Pending,
            "is_exiting" => Self::IsExiting,
            "hook" => Self::Hook(numbers[0]),
            "c" => Self::C(numbers[0]),
            "thread" => Self::Thread(numbers[0]),
            "panic" => Self::Panic,
            "fail" => Self::Fail,
            "exit" => Self::Exit(code()),
            "process_exit" => Self::ProcessExit(code()),
            _ => panic!("there is no operation {line:?}"),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "main")?;
        self.main.iter().try_for_each(|operation| writeln!(f, "{operation}"))?;
        for (number, body) in self.bodies.iter().enumerate().filter(|(_, body)| !body.is_empty()) {
            writeln!(f, "body {number}")?;
            body.iter().try_for_each(|operation| writeln!(f, "{operation}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register(call, times) => write!(f, "register {call} {times}"),
            Self::Unregister(function) => write!(f, "unregister f{function}"),
            Self::TakeBack(registration) => write!(f, "take_back {registration}"),
            Self::IsPending(registration) => write!(f, "is_pending {registration}"),
            Self::Guard(call) => write!(f, "guard {call}"),
            Self::Drop(guard) => write!(f, "drop {guard}"),
            Self::Cancel(guard) => write!(f, "cancel {guard}"),
            Self::Local(call) => write!(f, "local {call}"),
            Self::Run => f.write_str("run"),
            Self::Clear => f.write_str("clear"),
            Self::Count => f.write_str("count"),
            Self::Pending => f.write_str("pending"),
            Self::IsExiting => f.write_str("is_exiting"),
            Self::Hook(body) => write!(f, "hook {body}"),
            Self::C(number) => write!(f, "c {number}"),
            Self::Thread(body) => write!(f, "thread {body}"),
            Self::Panic => f.write_str("panic"),
            Self::Fail => f.write_str("fail"),
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::ProcessExit(code) => write!(f, "process_exit {code}"),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "f{} {} {}", self.function, self.body, self.value)
    }
}
