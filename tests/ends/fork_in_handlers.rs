//! A handler forks, and returns in the child, too: that runs what is left and exits as its parent will, whether the
//! handler runs on the thread that exits or on one of its own, which is then the only thread of the child.

use std::cell::RefCell;
use std::process::{self, ExitCode, Termination};
use std::thread;
use std::time::Duration;

use atexit::{guard, on_thread, register, register_with, run, set_deadline};
use atexit_test_support::{Forked, IS_QEMU, Scenario, end_soon, letter, register_letters, scenario};

use crate::table::c;

/// Forks, and goes on in both: in the parent as soon as the child has exited with this status.
fn forks(code: i32) {
    if let Some(child) = Forked::in_parent() {
        child.exits(code);
        print!("|");
    } else {
        end_soon();
        print!("child ");
    }
}

/// How the handler that forks is registered.
type Kind = (&'static str, fn(i32));

const IN_PLACE: Kind = ("a_handler", |code| _ = register_with(forks, (code,)));
const KINDS: [Kind; 4] = [
    IN_PLACE,
    ("a_handler_on_a_thread", |code| _ = register_with(on_thread(forks), (code,))),
    ("a_nested_handler_on_a_thread", |code| {
        register(on_thread(move || drop(guard(on_thread(move || forks(code))))));
    }),
    ("a_thread_local_of_a_handler_on_a_thread", |code| {
        register(on_thread(move || FORKS.set(Some(Forks(code)))));
    }),
];

/// Forks when it is dropped.
struct Forks(i32);

impl Drop for Forks {
    fn drop(&mut self) {
        forks(self.0);
    }
}

thread_local!(static FORKS: RefCell<Option<Forks>> = const { RefCell::new(None) });

/// The process ends so, with this status, and so does the child: unless it is a delegate's, and nobody tells the status
/// but C's `exit`, which is on the stack of a thread that the child hasn't got. glibc's tells the handlers, too.
fn ends<T: Termination + 'static>(
    end: &'static str,
    main: fn() -> T,
    code: i32,
    told_by: ToldBy,
) -> impl Iterator<Item = Scenario> {
    KINDS.into_iter().map(move |(kind, register)| {
        let is_told = told_by == ToldBy::AtexitExit || cfg!(target_env = "gnu") || kind == IN_PLACE.0;
        let program = move || {
            register_letters("a");
            register(if is_told { code } else { 0 });
            register_letters("b");
            main()
        };
        scenario(format!("a_child_forked_by_{kind}_runs_the_rest_and_exits_as_its_parent_{end}"), program)
            .ends_soon()
            .prints("bchild aD|aD")
            .exits(code)
    })
}

/// Who tells the status.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ToldBy {
    C,
    AtexitExit,
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    use ToldBy::{AtexitExit, C};

    ends("when_main_returns", || (), 0, C)
        .chain(ends("when_main_returns_a_code", || ExitCode::from(1), 1, C))
        .chain(ends("when_main_calls_exit", || atexit::exit(5), 5, AtexitExit))
        .chain(ends("when_main_calls_process_exit", || process::exit(6), 6, C))
        .chain(ends("when_main_calls_exit_of_c", || c::exit(7), 7, C))
        .chain(ends("when_a_thread_calls_exit", || _ = thread::spawn(|| atexit::exit(8)).join(), 8, AtexitExit))
        .chain(KINDS.into_iter().map(exits_in_a_handler_in_the_child))
        .chain(KINDS.into_iter().map(leaves_all_kinds_to_the_child))
        .chain(KINDS.into_iter().map(run_before_exit))
        .chain(KINDS.into_iter().map(runs_threads_before_exit))
        .chain([fails_on_a_thread(), thread_that_is_no_handlers(), last_thread_runs_threads()])
        .collect()
}

/// One of the handlers that are left exits with another status, in both.
fn exits_in_a_handler_in_the_child((kind, register_forking): Kind) -> Scenario {
    let program = move || {
        register_letters("a");
        register(|| atexit::exit(9));
        register_forking(9);
        atexit::exit(5)
    };
    scenario(format!("exit_in_a_handler_of_a_child_forked_by_{kind}_wins"), program)
        .ends_soon()
        .prints("child aD|aD")
        .exits(9)
}

/// The handlers that are left run on threads, fail, and register.
fn leaves_all_kinds_to_the_child((kind, register_forking): Kind) -> Scenario {
    let program = move || {
        register(on_thread(|| register_letters("xy")));
        register(|| Err::<(), _>("no space left"));
        register_with(on_thread(letter), ('a',));
        register_forking(5);
        atexit::exit(5)
    };
    let report = "atexit: handler ends::fork_in_handlers::leaves_all_kinds_to_the_child::{{closure}}::{{closure}} \
                  (tests/ends/fork_in_handlers.rs:N) failed: \"no space left\"";
    scenario(format!("a_child_forked_by_{kind}_runs_what_is_left_of_any_kind"), program)
        .ends_soon()
        // The child would start threads.
        .unless(IS_QEMU)
        .prints("child ayxD|ayxD")
        .exits(5)
        .reports(report)
        .reports(report)
}

/// Before exit, the child of a handler on the thread that called `run` goes on there, like the parent. That of a thread
/// of a handler's has nowhere to go on: it exits with 0, as if the thread were any other.
fn run_before_exit((kind, register): Kind) -> Scenario {
    let program = move || {
        register_letters("a");
        register(0);
        register_letters("b");
        run();
        print!(".");
    };
    let goes_on = if kind == IN_PLACE.0 { "." } else { "" };
    scenario(format!("a_child_forked_by_{kind}_of_run_runs_the_rest_and_exits"), program)
        .ends_soon()
        .prints(&format!("bchild aD{goes_on}|aD."))
}

/// The same, where one that is left runs on a thread of its own, which ends before the child does.
fn runs_threads_before_exit((kind, register_forking): Kind) -> Scenario {
    let program = move || {
        register_with(on_thread(letter), ('a',));
        register_forking(0);
        register_with(on_thread(letter), ('b',));
        run();
        print!(".");
    };
    let goes_on = if kind == IN_PLACE.0 { "." } else { "" };
    scenario(format!("a_child_forked_by_{kind}_of_run_runs_threads_and_exits"), program)
        .ends_soon()
        // The child would start threads.
        .unless(IS_QEMU)
        .prints(&format!("bchild aD{goes_on}|aD."))
}

/// What the handler returns is reported in both.
fn fails_on_a_thread() -> Scenario {
    let program = || {
        register_letters("a");
        register(on_thread(|| {
            forks(5);
            Err::<(), _>("no space left")
        }));
        atexit::exit(5)
    };
    let report = "atexit: handler ends::fork_in_handlers::fails_on_a_thread::{{closure}}::{{closure}} \
                  (tests/ends/fork_in_handlers.rs:N) failed: \"no space left\"";
    scenario("an_error_of_a_handler_on_a_thread_that_has_forked_is_reported_in_the_child_too", program)
        .ends_soon()
        .prints("child aD|aD")
        .exits(5)
        .reports(report)
        .reports(report)
}

/// For comparison.
fn thread_that_is_no_handlers() -> Scenario {
    scenario("a_child_forked_by_a_thread_runs_what_it_inherits_when_the_thread_returns", || {
        register_letters("a");
        thread::spawn(|| forks(0)).join().unwrap();
        print!(".");
    })
    .ends_soon()
    .prints("child aD|.aD")
}

/// When that thread has ended, no thread of the child is left but those that it starts to run handlers, and to end it
/// at the deadline.
fn last_thread_runs_threads() -> Scenario {
    scenario("a_child_forked_by_a_thread_runs_handlers_on_threads_when_the_thread_returns", || {
        set_deadline(Some(Duration::from_secs(3600)));
        register_with(on_thread(letter), ('a',));
        register_letters("b");
        register_with(on_thread(letter), ('c',));
        thread::spawn(|| forks(0)).join().unwrap();
        print!(".");
    })
    .ends_soon()
    // The child would start threads.
    .unless(IS_QEMU)
    .prints("child cbaD|.cbaD")
}
