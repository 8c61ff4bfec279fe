//! A failure stays contained: it is reported, the rest run, and the exit status stays what it was.

use std::fmt;
use std::panic::panic_any;
use std::process::ExitCode;
use std::thread::{self, JoinHandle};

use atexit::{Handler, Outcome, register, register_with};
use atexit_test_support::{Scenario, panicked, register_letters, scenario};

fn fails() -> Result<(), String> {
    Err("no space left".to_owned())
}

fn panics() {
    panic!("out of luck");
}

/// An outcome of the program's own.
enum Upload {
    Done,
    Rejected { by: &'static str },
}

impl Outcome for Upload {
    fn into_error(self) -> Option<String> {
        match self {
            Self::Done => None,
            Self::Rejected { by } => Some(format!("rejected by {by}")),
        }
    }
}

/// A handler of the program's own that is no function.
struct Farewell {
    name: &'static str,
}

impl Handler<()> for Farewell {
    type Output = Result<(), String>;

    fn call(self, (): ()) -> Result<(), String> {
        print!("{}", self.name);
        Err("not heard".to_owned())
    }
}

/// Panics when it is dropped.
#[derive(Debug)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_panic_is_reported_and_the_rest_run", || {
            register_letters("a");
            register(panics);
            register_letters("b");
        })
        .prints("ba")
        .panics()
        .reports(panicked!("promises::containment::panics (tests/promises/containment.rs:N)")),
        scenario("an_error_is_reported_and_the_rest_run", || {
            register_letters("a");
            register(fails);
            register_letters("b");
        })
        .prints("ba")
        .reports(
            "atexit: handler promises::containment::fails (tests/promises/containment.rs:N) failed: \"no space left\"",
        ),
        scenario("every_outcome_is_understood", || {
            register(|| ());
            register(|| Ok::<(), fmt::Error>(()));
            register(|| Ok::<Result<ExitCode, u8>, u8>(Ok(ExitCode::SUCCESS)));
            register_with(|value: u8| Ok::<Result<(), u8>, u8>(Err(value)), (7,));
            register(|| ExitCode::from(3));
            register(|| -> Result<(), Box<dyn std::error::Error + Send + Sync>> { Err("boxed".into()) });
        })
        .reports("atexit: handler promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N) failed: \"boxed\"")
        .reports("atexit: handler promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N) failed: 7"),
        scenario("a_type_of_the_program_is_an_outcome", || {
            register(|| Upload::Done);
            register(|| Ok::<_, u8>(Upload::Rejected { by: "the server" }));
        })
        .reports("atexit: handler promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N) failed: rejected by the server"),
        scenario("a_type_of_the_program_is_a_handler", || {
            register(Farewell { name: "Donny" });
        })
        .prints("Donny")
        .reports("atexit: handler promises::containment::Farewell (tests/promises/containment.rs:N) failed: \"not heard\""),
        scenario("a_handler_that_never_returns_is_a_handler", || {
            register_letters("a");
            register(|| panic!("as its type says"));
        })
        .prints("a")
        .panics()
        .reports(panicked!("promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N)")),
        scenario("the_exit_status_is_not_touched_by_failures", || {
            register(panics);
            register(fails);
            atexit::exit(3)
        })
        .exits(3)
        .panics()
        .reports("atexit: handler promises::containment::fails (tests/promises/containment.rs:N) failed: \"no space left\"")
        .reports(panicked!("promises::containment::panics (tests/promises/containment.rs:N)")),
        scenario("an_error_whose_debug_panics_is_a_panic", || {
            struct Unspeakable;
            impl fmt::Debug for Unspeakable {
                fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                    panic!("not to be spoken of")
                }
            }
            fn unspeakable() -> Result<(), Unspeakable> {
                Err(Unspeakable)
            }
            register_letters("a");
            register(unspeakable);
        })
        .prints("a")
        .panics()
        .reports(panicked!("promises::containment::scenarios::{{closure}}::unspeakable (tests/promises/containment.rs:N)")),
        scenario("an_error_whose_debug_and_whose_drop_panic_is_one_panic", || {
            struct Unspeakable(Bomb);
            impl fmt::Debug for Unspeakable {
                fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                    panic!("not to be spoken of")
                }
            }
            fn unspeakable() -> Result<(), Unspeakable> {
                Err(Unspeakable(Bomb))
            }
            register_letters("a");
            register(unspeakable);
        })
        .prints("a")
        .panics()
        .reports(panicked!("promises::containment::scenarios::{{closure}}::unspeakable (tests/promises/containment.rs:N)")),
        scenario("an_error_that_panics_when_it_is_dropped_is_a_panic", || {
            #[derive(Debug)]
            struct Error(Bomb);
            fn dropped() -> Result<(), Error> {
                Err(Error(Bomb))
            }
            register_letters("a");
            register(dropped);
        })
        .prints("a")
        .panics()
        .reports(panicked!("promises::containment::scenarios::{{closure}}::dropped (tests/promises/containment.rs:N)")),
        scenario("an_outcome_that_panics_when_it_is_asked_is_a_panic", || {
            struct Unknown;
            impl Outcome for Unknown {
                fn into_error(self) -> Option<String> {
                    panic!("who knows")
                }
            }
            fn unknown() -> Unknown {
                Unknown
            }
            register_letters("a");
            register(unknown);
        })
        .prints("a")
        .panics()
        .reports(panicked!("promises::containment::scenarios::{{closure}}::unknown (tests/promises/containment.rs:N)")),
        scenario("a_payload_that_panics_when_dropped_does_no_harm", || {
            register_letters("a");
            register(bomb_payload);
            register_letters("b");
        })
        .prints("ba")
        .panics()
        .reports(panicked!("promises::containment::bomb_payload (tests/promises/containment.rs:N)")),
        scenario("a_closure_that_panics_when_it_is_unregistered_does_no_harm", || {
            register_letters("a");
            let bomb = Bomb;
            let registration = register(move || drop(bomb));
            print!("{} ", registration.unregister());
            let bomb = Bomb;
            register(move || drop(bomb));
            print!("{} ", atexit::clear());
            register_letters("b");
        })
        .prints("true 2 b")
        .panics()
        .reports(panicked!("promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N)"))
        .reports(panicked!("promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N)")),
        scenario("a_handler_that_joins_a_thread_which_panicked_fails_with_that_threads_text", || {
            register_letters("a");
            let joins = |thread: JoinHandle<()>| thread.join();
            register_with(joins, (thread::spawn(|| panic!("out of luck")),));
            let number = 7;
            register_with(joins, (thread::spawn(move || panic!("out of {number}")),));
            register_with(joins, (thread::spawn(|| panic_any(7)),));
            register_with(joins, (thread::spawn(|| ()),));
            let thread = thread::spawn(|| -> Result<(), String> { panic!("out of luck") });
            register(move || thread.join());
            let thread = thread::spawn(fails);
            register(move || thread.join());
        })
        .prints("a")
        .panics()
        .reports("atexit: handler promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N) failed: \"no space left\"")
        .reports("atexit: handler promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N) failed: a thread panicked: out of luck")
        .reports(panicked!("promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N) failed: a thread"))
        .reports("atexit: handler promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N) failed: a thread panicked: out of 7")
        .reports("atexit: handler promises::containment::scenarios::{{closure}}::{{closure}} (tests/promises/containment.rs:N) failed: a thread panicked: out of luck"),
        scenario("a_failure_in_run_is_contained_too", || {
            register_letters("a");
            register(panics);
            atexit::run();
            print!(" main goes on");
        })
        .prints("a main goes on")
        .panics()
        .reports(panicked!("promises::containment::panics (tests/promises/containment.rs:N)")),
        scenario("handlers_run_by_a_drop_of_a_panic_are_contained", || {
            struct RunsAll;
            impl Drop for RunsAll {
                fn drop(&mut self) {
                    atexit::run();
                }
            }
            register_letters("a");
            register(panics);
            let _runs_all = RunsAll;
            panic!("main panics, too");
        })
        .prints("a")
        .panics()
        .exits(101)
        .reports(panicked!("promises::containment::panics (tests/promises/containment.rs:N)")),
    ]
}

/// The payload panics when it is dropped, with a payload that does so, too.
fn bomb_payload() {
    struct PanickingPayload;
    impl Drop for PanickingPayload {
        fn drop(&mut self) {
            panic_any(Bomb);
        }
    }
    panic_any(PanickingPayload);
}
