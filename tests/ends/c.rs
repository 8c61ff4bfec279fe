//! Among C's handlers: each registration has a slot of its own. C++ is in the tests of libraries.

use std::sync::mpsc;
use std::thread;

use atexit::register;
use atexit_test_support::{Scenario, Watched, letter, register_letters, scenario};

/// Registers handlers with C that print one digit each.
fn c_atexit(handler: extern "C" fn()) {
    // SAFETY: the handlers below don't unwind.
    assert_eq!(unsafe { libc::atexit(handler) }, 0);
}

extern "C" fn one() {
    print!("1");
}

extern "C" fn two() {
    print!("2");
}

extern "C" fn three() {
    print!("3");
}

extern "C" fn registers() {
    print!("(");
    register_letters("xy");
    print!(")");
}

/// Whether C's `exit` may be called again by what it calls.
const CAN_REPEAT_EXIT: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

/// Whether a thread that is in C's `exit` can be told by what is on its stack, as long as that has come to none of our
/// slots. Elsewhere, `exit` calls Rust's, which aborts where Rust has called C's.
const IS_EXIT_FOUND: bool = CAN_REPEAT_EXIT;

/// A program that ends so, and whose newest handler is C's and calls `exit`.
fn exits_in_a_c_handler(name: &'static str, end: fn()) -> Scenario {
    extern "C" fn exits() {
        print!("(");
        register_letters("x");
        atexit::exit(5);
    }
    let program = move || {
        register_letters("a");
        c_atexit(exits);
        end();
    };
    scenario(name, program).prints("(xaD").exits(5)
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("c_handlers_and_ours_run_in_exact_reverse_of_registration", || {
            register_letters("a");
            c_atexit(one);
            register_letters("bc");
            c_atexit(two);
            c_atexit(three);
            register_letters("d");
        })
        .prints("d32cb1aD"),
        scenario("a_handler_keeps_its_slot_when_others_around_it_are_unregistered", || {
            register_letters("a");
            c_atexit(one);
            let unregistered = atexit::register_with(letter, ('b',));
            c_atexit(two);
            register_letters("c");
            c_atexit(three);
            assert!(unregistered.unregister());
        })
        .prints("3c21aD"),
        scenario("the_slot_of_a_handler_that_was_run_early_is_no_others", || {
            register_letters("a");
            atexit::run();
            c_atexit(one);
            register_letters("b");
            c_atexit(two);
        })
        .prints("aD2b1"),
        // msvcrt, under wine at least, loses it.
        #[cfg(not(windows))]
        scenario("a_handler_that_registers_with_c_is_followed_by_that", || {
            register_letters("a");
            register(|| c_atexit(one));
            register_letters("b");
        })
        .prints("b1aD"),
        scenario("what_a_c_handler_registers_runs_before_all_that_is_older", || {
            register_letters("a");
            c_atexit(registers);
            register_letters("b");
        })
        .prints("b()yxaD"),
        scenario("run_at_the_end_of_main_runs_everything_before_c_tears_down", || {
            c_atexit(one);
            register_letters("a");
            c_atexit(two);
            atexit::run();
        })
        .prints("aD21"),
        // Elsewhere C's `exit` can't be called again.
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        scenario("exit_in_a_handler_leaves_c_handlers_their_slots", || {
            register_letters("a");
            c_atexit(one);
            register_letters("b");
            c_atexit(two);
            register(|| atexit::exit(3));
            c_atexit(three);
        })
        .prints("32b1aD")
        .exits(3),
        exits_in_a_c_handler("exit_in_a_c_handler_before_any_of_ours_runs_the_rest", || atexit::exit(3))
            .unless(!CAN_REPEAT_EXIT),
        exits_in_a_c_handler("exit_in_a_c_handler_before_any_of_ours_runs_the_rest_when_main_returns", || ())
            .unless(!IS_EXIT_FOUND),
        // On Windows it comes to no handlers.
        #[cfg(not(windows))]
        exits_in_a_c_handler("exit_in_a_c_handler_before_any_of_ours_runs_the_rest_of_process_exit", || {
            std::process::exit(3)
        })
        .unless(!IS_EXIT_FOUND),
        #[cfg(any(unix, windows, target_os = "wasi"))]
        exits_in_a_c_handler("exit_in_a_c_handler_before_any_of_ours_runs_the_rest_of_exit_of_c", || {
            crate::table::c::exit(3)
        })
        .unless(!CAN_REPEAT_EXIT),
        #[cfg(unix)]
        scenario("a_thread_exits_while_the_one_that_exits_is_in_a_c_handler_before_any_of_ours", || {
            extern "C" fn waits() {
                print!("(");
                atexit_test_support::spawn_until_asleep(|| atexit::exit(4));
                print!(")");
            }
            register_letters("a");
            c_atexit(waits);
            atexit::exit(3);
        })
        .prints("()aD")
        .exits(3),
        scenario("c_tears_down_after_a_handler_that_another_thread_took_meanwhile", || {
            c_atexit(one);
            register(|| {
                let (begun, wait) = mpsc::channel();
                // It has no slot, so nothing but this one keeps C waiting.
                register(move || {
                    begun.send(()).unwrap();
                    print!("(");
                    Watched::main().wait_until_asleep();
                    print!(")");
                });
                thread::spawn(atexit::run);
                wait.recv().unwrap();
            });
        })
        .prints("()D1"),
        scenario("c_tears_down_after_what_a_handler_on_another_thread_registers_meanwhile", || {
            c_atexit(one);
            register(|| {
                let (begun, wait) = mpsc::channel();
                let guard = atexit::guard(move || {
                    begun.send(()).unwrap();
                    Watched::main().wait_until_asleep();
                    register_letters("xy");
                });
                thread::spawn(move || drop(guard));
                wait.recv().unwrap();
            });
        })
        .prints("yx1D"),
        scenario("order_is_exact_after_ten_thousand_were_unregistered", || {
            for _ in 0..10_000 {
                register(|| ()).unregister();
            }
            register_letters("a");
            c_atexit(one);
            register_letters("b");
        })
        .prints("b1aD"),
        scenario("among_ours_order_is_exact_however_many_were_unregistered", || {
            for _ in 0..100_000 {
                register(|| ()).unregister();
            }
            register_letters("abc");
            c_atexit(one);
            register_letters("def");
            for _ in 0..100_000 {
                register(|| ()).unregister();
            }
            register_letters("ghi");
            // Where C's handler comes among them is no longer exact.
            atexit::run();
        })
        .prints("ihgfedcbaD1"),
    ]
}
