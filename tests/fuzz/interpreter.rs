//! A program, played with this crate in a process of its own.

use std::env;
use std::panic;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use atexit::{Guard, Registration, atexit};
use atexit_test_support::{Process, program as this_binary};

use crate::program::{Call, FUNCTIONS, MOST_HANDLERS, Operation, Program};
use crate::trace::{Trace, last_segment};

/// The name of the scenario that plays a program: without one it has nothing to play.
pub(crate) const SCENARIO: &str = "an_empty_program_prints_nothing";

/// Holds the program that the process is to play.
const VARIABLE: &str = "ATEXIT_FUZZ_PROGRAM";

static PROGRAM: OnceLock<Program> = OnceLock::new();

/// Why `main` or a handler failed.
#[derive(Debug)]
pub(crate) struct Failed;

/// Plays the program in a process of its own.
pub(crate) fn trace(program: &Program) -> Trace {
    let mut command = this_binary(SCENARIO);
    command.env(VARIABLE, program.to_string());
    Trace::of(Process::run(command).expect("it can be started, and doesn't hang"))
}

/// The process that plays the program.
pub(crate) fn main() -> Result<ExitCode, Failed> {
    if let Ok(text) = env::var(VARIABLE) {
        give_up_in_time();
        // The message of a panic is not the crate's: only its reports are compared.
        panic::set_hook(Box::new(|_| ()));
        let program = PROGRAM.get_or_init(|| Program::parse(&text));
        play(&program.main)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// So that a deadlock is seen as what it is. (Windows has no such alarm.)
fn give_up_in_time() {
    #[cfg(unix)]
    // SAFETY: it asks for a signal, for which no handler is installed: it kills the process.
    unsafe {
        libc::alarm(20);
    }
}

/// What is kept between operations.
struct World {
    registrations: Vec<Registration>,
    guards: Vec<Guard>,
    handlers: usize,
}

/// Locks the world, for as long as none of our handlers can run.
fn world() -> MutexGuard<'static, World> {
    static WORLD: Mutex<World> = Mutex::new(World { registrations: Vec::new(), guards: Vec::new(), handlers: 0 });
    WORLD.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// Whether one more handler may be registered.
    fn admits(&mut self) -> bool {
        self.handlers += 1;
        self.handlers <= MOST_HANDLERS
    }
}

/// The thing that is the `back`th, counted from the newest.
fn from_newest(things: usize, back: usize) -> Option<usize> {
    things.checked_sub(back + 1)
}

fn registration(back: usize) -> Option<Registration> {
    let world = world();
    Some(world.registrations[from_newest(world.registrations.len(), back)?])
}

fn remove_guard(back: usize) -> Option<Guard> {
    let mut world = world();
    let index = from_newest(world.guards.len(), back)?;
    Some(world.guards.remove(index))
}

/// Does one operation after the other. Each says what it is, and then what it returned after `=`.
fn play(operations: &[Operation]) -> Result<(), Failed> {
    // However this ends, but by exit, they are dropped, the oldest first.
    let mut locals = Vec::new();
    for operation in operations {
        println!("{operation}");
        match *operation {
            Operation::Register(call, times) => {
                for _ in 0..times {
                    if world().admits() {
                        let registration = (functions::TABLE[call.function].register)(call);
                        world().registrations.push(registration);
                    }
                }
            }
            Operation::Unregister(function) => println!("= {}", (functions::TABLE[function].unregister)()),
            Operation::TakeBack(back) => println!("= {:?}", registration(back).map(Registration::unregister)),
            Operation::IsPending(back) => println!("= {:?}", registration(back).map(Registration::is_pending)),
            Operation::Guard(call) => {
                if world().admits() {
                    let guard = (functions::TABLE[call.function].guard)(call);
                    world().guards.push(guard);
                }
            }
            Operation::Drop(back) => drop(remove_guard(back)),
            Operation::Cancel(back) => remove_guard(back).map_or((), Guard::cancel),
            Operation::Local(call) => {
                if world().admits() {
                    locals.push((functions::TABLE[call.function].guard)(call));
                }
            }
            Operation::Run => atexit::run(),
            Operation::Clear => println!("= {}", atexit::clear()),
            Operation::Count => println!("{} are pending", atexit::count()),
            Operation::Pending => {
                let names: Vec<&str> = atexit::pending().iter().map(|handler| last_segment(handler.name())).collect();
                println!("= {}", names.join(" "));
            }
            Operation::IsExiting => println!("= {}", atexit::is_exiting()),
            Operation::Hook(body) => atexit::set_failure_hook(move |failure| {
                let how = if failure.panic_payload().is_some() { "panicked" } else { "failed" };
                let (name, message) = (last_segment(failure.handler().name()), failure.message().unwrap_or_default());
                println!("hook: {name} {how}: {message}");
                play_body(body).expect("a hook can't fail in another way");
            }),
            Operation::C(number) => register_with_c(number),
            Operation::Thread(body) => {
                let ended = thread::spawn(move || play_body(body)).join();
                println!("= {}", ended.map_or("panicked", |ended| if ended.is_ok() { "ended" } else { "failed" }));
            }
            Operation::Panic => panic!("as the program says"),
            Operation::Fail => return Err(Failed),
            Operation::Exit(code) => atexit::exit(code),
            Operation::ProcessExit(code) => std::process::exit(code),
        }
    }
    Ok(())
}

fn play_body(number: usize) -> Result<(), Failed> {
    // This is asked without a program, too: the declared functions are in every process of this binary.
    PROGRAM.get().map_or(Ok(()), |program| play(program.body(number)))
}

/// Registers a handler that prints this number, with C and not with this crate.
fn register_with_c(number: usize) {
    /// C passes no arguments, but calls its handlers in a known order.
    static NUMBERS: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    extern "C" fn handler() {
        let number = NUMBERS.lock().unwrap().pop();
        println!("C's {}", number.expect("there are as many numbers as handlers"));
    }
    NUMBERS.lock().unwrap().push(number);
    // SAFETY: `handler` is part of the program itself, so it is there to the end.
    assert_eq!(unsafe { libc::atexit(handler) }, 0);
}

/// What each of the functions does.
fn called(name: &str, arguments: &[usize]) -> Result<(), Failed> {
    if PROGRAM.get().is_none() {
        return Ok(());
    }
    let words: Vec<String> = arguments.iter().map(usize::to_string).collect();
    println!("{name}({})", words.join(", "));
    play_body(arguments[0])?;
    println!("{name} ended");
    Ok(())
}

/// The functions, each an item of its own, and what is done with each.
mod functions {
    use super::{Call, FUNCTIONS, Failed, Guard, Registration, atexit, called};

    pub(super) struct Function {
        pub(super) register: fn(Call) -> Registration,
        pub(super) guard: fn(Call) -> Guard,
        pub(super) unregister: fn() -> usize,
    }

    macro_rules! functions {
        ($($(#[$attribute:meta])* fn $name:ident($($argument:ident),*);)*) => {
            $(
                $(#[$attribute])*
                fn $name($($argument: usize),*) -> Result<(), Failed> {
                    called(stringify!($name), &[$($argument),*])
                }
            )*

            pub(super) const TABLE: [Function; FUNCTIONS] = [$(
                Function {
                    register: |call| atexit::register_with($name, ($(call.$argument,)*)),
                    guard: |call| atexit::guard(move || $name($(call.$argument),*)),
                    unregister: || atexit::unregister($name),
                },
            )*];
        };
    }

    functions! {
        fn f0(body);
        fn f1(body);
        fn f2(body);
        fn f3(body);
        fn f4(body, value);
        fn f5(body, value);
        #[atexit(args(0, 6))]
        fn f6(body, value);
        #[atexit(args(1, 7))]
        fn f7(body, value);
    }
}
