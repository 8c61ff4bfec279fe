//! What the examples have for their tests alone. Leave it out when you copy one.
//!
//! A test ends an example in every way and looks at what is left. So each example ends as its argument says, where a
//! program of yours would go on with its work.

use std::error::Error;
use std::time::Duration;
use std::{env, io, process, thread};

/// What `main` returns.
pub type Outcome = Result<(), Box<dyn Error>>;

/// Ends the program as its argument says. Calls `go_on` if it says `wait`, or nothing.
///
/// # Errors
///
/// If it says `err`, or if `go_on` fails.
///
/// # Panics
///
/// If it says `panic`.
pub fn end_as_told(go_on: impl FnOnce() -> Outcome) -> Outcome {
    match told().as_deref() {
        Some("return") => Ok(()),
        Some("err") => Err("the end".into()),
        Some("panic") => panic!("the end"),
        Some("exit") => process::exit(3),
        Some("panic_elsewhere") => {
            let _ = thread::spawn(|| panic!("the end")).join();
            go_on()
        }
        _ => go_on(),
    }
}

/// Does the same, but only once a line is typed in, so that there is time to do something before.
///
/// # Errors
///
/// If the line can't be read; and as [`end_as_told`].
///
/// # Panics
///
/// As [`end_as_told`].
pub fn end_as_told_after_enter(go_on: impl FnOnce() -> Outcome) -> Outcome {
    if told().is_some_and(|how| how != "wait") {
        io::stdin().read_line(&mut String::new())?;
    }
    end_as_told(go_on)
}

fn told() -> Option<String> {
    env::args().nth(1)
}

/// Waits until a signal ends the program.
///
/// # Errors
///
/// Never.
pub fn wait_for_a_signal() -> Outcome {
    loop {
        thread::park();
    }
}

/// Tries something after all handlers of the program, and prints the error if that is refused. It stands for handlers
/// of others, which take their time, while the program's own threads go on.
#[macro_export]
macro_rules! try_after_all_handlers {
    ($late:expr) => {
        #[::atexit::atexit(priority = i32::MIN)]
        fn try_after_all_handlers() {
            $crate::take_time();
            if let Err(error) = $late {
                println!("{error}");
            }
        }
    };
}

#[doc(hidden)]
pub fn take_time() {
    thread::sleep(Duration::from_millis(200));
}
