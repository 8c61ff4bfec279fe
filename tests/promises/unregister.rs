//! What was unregistered is gone: it doesn't run, and it is dropped at once.

use std::panic::AssertUnwindSafe;

use atexit::{Handler, on_thread, register, register_with, unregister};
use atexit_test_support::{Scenario, letter, register_letters, scenario};

/// Prints when it is dropped.
struct Dropped(&'static str);

impl Drop for Dropped {
    fn drop(&mut self) {
        print!("{} ", self.0);
    }
}

fn goodbye() {
    print!("goodbye ");
}

fn farewell() {
    print!("farewell ");
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_registration_unregisters_its_handler_alone", || {
            register(goodbye);
            let second = register(goodbye);
            register(farewell);
            assert!(second.is_pending());
            assert!(second.unregister());
            assert!(!second.is_pending());
            assert!(!second.unregister());
        })
        .prints("farewell goodbye "),
        scenario("unregister_removes_every_registration_of_a_function", || {
            register_letters("ab");
            register(goodbye);
            register(goodbye);
            register(farewell);
            print!("{} {} {} ", unregister(letter), unregister(goodbye), unregister(goodbye));
        })
        .prints("2 2 0 farewell "),
        scenario("unregister_of_a_registration_removes_that_alone", || {
            register(goodbye);
            let second = register(goodbye);
            register(farewell);
            let with_arguments = register_with(letter, ('a',));
            print!("{} {} {} ", unregister(second), unregister(second), second.is_pending());
            print!("{} ", unregister(with_arguments));
            // It is no longer pending once it has run.
            let third = register(|| print!("run "));
            atexit::run();
            print!("{} ", unregister(third));
        })
        .prints("1 0 false 1 run farewell goodbye 0 "),
        scenario("unregister_of_a_guard_removes_its_handler_which_never_runs", || {
            let dropped = Dropped("dropped");
            let guard = atexit::guard(move || {
                print!("never printed ");
                drop(dropped);
            });
            register(goodbye);
            print!("{} {} ", unregister(guard), atexit::count());
            let guard = atexit::guard(|| print!("run "));
            atexit::run();
            print!("{} ", unregister(guard));
            let guard = atexit::guard(|| print!("never printed "));
            atexit::clear();
            print!("{} ", unregister(guard));
        })
        .prints("dropped 1 1 run goodbye 0 0 "),
        scenario("unregister_finds_a_function_that_runs_on_a_thread", || {
            register(on_thread(goodbye));
            register_with(on_thread(letter), ('a',));
            register(goodbye);
            register_with(letter, ('b',));
            register(on_thread(farewell));
            print!("{} {} {} ", unregister(letter), unregister(goodbye), atexit::count());
            let make = |number: u32| move || print!("{number} ");
            register(on_thread(make(1)));
            print!("{} {} ", unregister(make(2)), atexit::count());
        })
        .prints("2 2 1 1 1 farewell "),
        scenario("unregister_leaves_other_functions_that_run_on_a_thread", || {
            register(on_thread(goodbye));
            register_with(on_thread(letter), ('a',));
            print!("{} ", unregister(farewell));
        })
        .prints("0 agoodbye "),
        scenario("what_runs_on_a_thread_is_dropped_at_once_when_it_is_unregistered", || {
            let one = Dropped("one");
            let registration = register(on_thread(move || drop(one)));
            let two = Dropped("two");
            register_with(on_thread(|_: Dropped| ()), (two,));
            print!("{} ", registration.unregister());
            print!("{} ", atexit::clear());
        })
        .prints("one true two 1 "),
        scenario("functions_with_the_same_code_are_different_functions", || {
            fn one() {
                print!("same ");
            }
            fn other() {
                print!("same ");
            }
            register(one);
            register(other);
            print!("{} ", unregister(one));
        })
        .prints("1 same "),
        scenario("closures_are_the_same_by_the_expression_that_made_them", || {
            let make = |number: u32| move || print!("{number} ");
            register(make(1));
            register(make(2));
            register(|| print!("other "));
            print!("{} ", unregister(make(3)));
        })
        .prints("2 other "),
        scenario("function_pointers_are_the_same_by_their_address", || {
            let handlers: [fn(); 2] = [goodbye, farewell];
            register(handlers[0]);
            register(handlers[1]);
            register(goodbye);
            print!("{} ", unregister(goodbye as fn()));
            let with_argument: fn(&'static str) = |name| print!("{name} ");
            let other: fn(&'static str) = |name| print!("other {name} ");
            register_with(with_argument, ("one",));
            register_with(other, ("two",));
            print!("{} ", unregister(with_argument));
        })
        .prints("1 1 other two goodbye farewell "),
        scenario("a_box_is_the_same_as_no_other", || {
            register(Box::new(|| print!("boxed ")) as Box<dyn FnOnce() + Send>);
            print!("{} ", unregister(Box::new(|| ()) as Box<dyn FnOnce() + Send>));
        })
        .prints("0 boxed "),
        scenario("a_pointer_within_a_wrapper_is_the_same_as_no_other", || {
            let print: fn() = || print!("wrapped ");
            let reference: &'static (dyn Fn() + Send + Sync) = &|| print!("referred to ");
            register(AssertUnwindSafe(print));
            register(AssertUnwindSafe(reference));
            register(AssertUnwindSafe(Box::new(print)));
            print!("{} ", unregister(AssertUnwindSafe(print)));
            print!("{} ", unregister(AssertUnwindSafe(reference)));
            print!("{} ", unregister(AssertUnwindSafe(Box::new(print))));
        })
        .prints("0 0 0 wrapped referred to wrapped "),
        scenario("a_function_or_closure_within_a_wrapper_is_known_by_its_type", || {
            let make = |number: u32| AssertUnwindSafe(move || print!("{number} "));
            register(AssertUnwindSafe(goodbye));
            register(make(1));
            register(make(2));
            register(goodbye);
            print!("{} {} ", unregister(AssertUnwindSafe(goodbye)), unregister(make(3)));
        })
        .prints("1 2 goodbye "),
        scenario("a_type_of_the_program_is_the_same_by_its_type", || {
            struct Prints(&'static str);
            impl Handler<()> for Prints {
                type Output = ();

                fn call(self, (): ()) {
                    print!("{} ", self.0);
                }
            }
            register(Prints("one"));
            register(on_thread(Prints("two")));
            register(goodbye);
            print!("{} ", unregister(Prints("three")));
        })
        .prints("2 goodbye "),
        scenario("clear_removes_everything", || {
            register_letters("abc");
            register(goodbye);
            print!("{} {} {}", atexit::clear(), atexit::count(), atexit::clear());
        })
        .prints("4 0 0"),
        scenario("what_is_unregistered_is_dropped_at_once", || {
            let one = Dropped("one");
            let registration = register(move || drop(one));
            let (two, three) = (Dropped("two"), Dropped("three"));
            register_with(|_: Dropped| (), (two,));
            register_with(|_: Dropped| (), (three,));
            assert!(registration.unregister());
            print!("| ");
            print!("{} ", atexit::clear());
        })
        .prints("one | three two 2 "),
        scenario("a_handler_unregisters_the_next", || {
            register_letters("a");
            let next = register(goodbye);
            register(move || print!("{} {} ", next.unregister(), next.unregister()));
        })
        .prints("true false a"),
        scenario("a_handler_unregisters_a_function", || {
            register(farewell);
            register(goodbye);
            register(goodbye);
            register(|| print!("{} ", unregister(goodbye)));
        })
        .prints("2 farewell "),
        scenario("a_handler_clears_the_rest", || {
            register_letters("abc");
            register(|| print!("{} ", atexit::clear()));
            register_letters("d");
        })
        .prints("d3 "),
        scenario("a_running_handler_is_no_longer_pending", || {
            use std::sync::OnceLock;
            static THIS: OnceLock<atexit::Registration> = OnceLock::new();
            let registration = register(|| {
                let this = THIS.get().unwrap();
                print!("{} {} {}", this.is_pending(), this.unregister(), atexit::count());
            });
            THIS.set(registration).unwrap();
        })
        .prints("false false 0"),
        scenario("a_registration_can_be_copied_compared_and_kept_in_a_map", || {
            use std::collections::HashMap;
            let (first, second) = (register(goodbye), register(farewell));
            let names = HashMap::from([(first, "first"), (second, "second")]);
            assert_ne!(first, second);
            let copy = first;
            assert_eq!(copy, first);
            assert!(!format!("{first:?}").is_empty());
            print!("{} {} ", names[&copy], names[&second]);
            assert!(copy.unregister() && !first.is_pending());
        })
        .prints("first second farewell "),
        scenario("dropping_a_registration_does_nothing", || {
            let _ = register(goodbye);
        })
        .prints("goodbye "),
    ]
}
