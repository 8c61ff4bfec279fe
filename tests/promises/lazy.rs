//! A `Lazy` is dropped at exit, in its place among the handlers, and never made again.

mod beside_threads;
mod failing;
mod in_use;
#[cfg(unix)]
mod processes;

use std::sync::Arc;

use atexit::{Lazy, guard, register};
use atexit_test_support::{Scenario, register_letters, scenario};

/// Prints when it is dropped.
#[derive(Debug)]
pub(crate) struct Letter(char);

impl Letter {
    fn new(letter: char) -> Self {
        print!("+");
        Self(letter)
    }
}

impl Drop for Letter {
    fn drop(&mut self) {
        print!("{}", self.0);
    }
}

/// Calls a function when it is dropped.
#[derive(Debug)]
pub(crate) struct Calls(fn());

impl Drop for Calls {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Uses it for a moment.
fn touch<T: Send + Sync>(lazy: &'static Lazy<T>) {
    assert!(lazy.get().is_some());
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = vec![
        scenario("a_lazy_is_made_when_it_is_first_used_and_dropped_in_its_place", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            register_letters("a");
            touch(&LAZY);
            register_letters("b");
            touch(&LAZY);
        })
        .prints("+bla"),
        scenario("a_lazy_that_is_never_used_is_never_made", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            register_letters("a");
            print!("{} {LAZY:?} ", atexit::count());
        })
        .prints("1 Lazy(<not made>) a"),
        scenario("a_lazy_is_dropped_before_what_it_was_made_with", || {
            static INNER: Lazy<Letter> = Lazy::new(|| Letter::new('i'));
            static OUTER: Lazy<(Letter, Arc<Letter>)> = Lazy::new(|| {
                register_letters("a");
                let inner = INNER.get().unwrap();
                register_letters("b");
                (Letter::new('o'), inner)
            });
            touch(&OUTER);
            register_letters("c");
        })
        .prints("++cobia"),
        scenario("a_lazy_that_a_handler_makes_is_dropped_next", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            register_letters("a");
            register(|| {
                print!("(");
                touch(&LAZY);
                print!(")");
            });
            register_letters("b");
        })
        .prints("b(+)la"),
        scenario("a_lazy_that_the_drop_of_another_makes_is_dropped_next", || {
            static LAST: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            static FIRST: Lazy<Calls> = Lazy::new(|| Calls(|| touch(&LAST)));
            register_letters("a");
            touch(&FIRST);
        })
        .prints("+la"),
        scenario("a_lazy_gives_nothing_once_the_exit_drops_it", || {
            static LAZY: Lazy<Calls> = Lazy::new(|| Calls(|| print!("{} ", LAZY.get().is_none())));
            register(|| print!("{} {LAZY:?}", LAZY.get().is_none()));
            touch(&LAZY);
        })
        .prints("true true Lazy(<let go>)"),
        scenario("a_lazy_that_run_drops_is_not_made_again", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            touch(&LAZY);
            register_letters("a");
            atexit::run();
            print!("|{} {}", LAZY.get().is_none(), atexit::count());
        })
        .prints("+al|true 0"),
        scenario("a_lazy_that_is_cleared_stays_and_is_not_dropped", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            touch(&LAZY);
            print!("{} ", atexit::clear());
            register_letters("a");
            touch(&LAZY);
        })
        .prints("+1 a"),
        scenario("unregister_does_not_find_a_lazy", || {
            static LAZY: Lazy<Letter> = Lazy::new(make);
            fn make() -> Letter {
                Letter::new('l')
            }
            touch(&LAZY);
            print!("{} {} ", atexit::unregister(make), atexit::unregister(&LAZY));
        })
        .prints("+0 0 l"),
        scenario("a_lazy_is_pending_by_its_type_and_the_place_of_the_static", || {
            const LINE: u32 = line!() + 1;
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter('l'));
            assert_eq!(atexit::count(), 0);
            touch(&LAZY);
            let [handler] = atexit::pending()[..] else { panic!("it is the only one") };
            assert_eq!(handler.to_string(), format!("Lazy<promises::lazy::Letter> ({}:{LINE})", file!()));
        })
        .prints("l"),
        scenario("a_guard_that_uses_a_lazy_runs_before_that_is_dropped", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            let value = LAZY.get().unwrap();
            let _guard = guard(move || print!("{}", value.0.to_uppercase()));
            atexit::exit(3)
        })
        .prints("+Ll")
        .exits(3),
        scenario("a_guard_within_a_lazy_is_dropped_with_it", || {
            static LAZY: Lazy<(Letter, atexit::Guard)> = Lazy::new(|| {
                let guard = guard(|| print!("g"));
                (Letter::new('l'), guard)
            });
            register_letters("a");
            touch(&LAZY);
        })
        .prints("+lga"),
        scenario("exit_in_the_drop_of_a_lazy_runs_the_rest", || {
            static LAZY: Lazy<Calls> = Lazy::new(|| Calls(|| atexit::exit(3)));
            register_letters("a");
            touch(&LAZY);
            register_letters("b");
        })
        .prints("ba")
        .exits(3),
        // On Windows it runs no handlers.
        #[cfg(not(windows))]
        scenario("process_exit_drops_a_lazy", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            register_letters("a");
            touch(&LAZY);
            std::process::exit(3)
        })
        .prints("+la")
        .exits(3),
    ];
    scenarios.extend(failing::scenarios());
    scenarios.extend(in_use::scenarios());
    scenarios.extend(beside_threads::scenarios());
    #[cfg(unix)]
    scenarios.extend(processes::scenarios());
    scenarios
}
