//! `exit` and `is_exiting`.

use std::process::Termination;
use std::thread;

use atexit::{exit, is_exiting, register};
use atexit_test_support::{Scenario, register_letters, scenario, spawn_until_asleep};

/// A line that `main` begins, a handler goes on with, and nobody ends. (The annotated handler, which flushes, doesn't
/// run.)
fn unterminated<T: Termination>(name: &'static str, end: impl Fn() -> T + Send + 'static) -> Scenario {
    let program = move || {
        atexit::clear();
        register(|| print!(" and of a handler"));
        print!("of main");
        end()
    };
    scenario(name, program).prints("of main and of a handler")
}

/// What C has printed, and nobody has flushed.
#[cfg(any(unix, windows, target_os = "wasi"))]
fn printed_by_c(name: &'static str, end: fn()) -> Scenario {
    let program = move || {
        atexit::clear();
        register(|| print_in_c(c"of a handler"));
        print_in_c(c"of main, ");
        end();
    };
    scenario(name, program).prints("of main, of a handler").exits(3)
}

#[cfg(any(unix, windows, target_os = "wasi"))]
fn print_in_c(text: &std::ffi::CStr) {
    // SAFETY: it is a string of C, and asks for no arguments.
    assert!(unsafe { libc::printf(text.as_ptr()) } > 0);
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("is_exiting_is_true_once_the_exit_has_begun", || {
            register(|| print!("{} ", is_exiting()));
            print!("{} ", is_exiting());
            // Handlers that `run` runs are no end.
            register(|| print!("{} ", is_exiting()));
            atexit::run();
            register(|| print!("{} ", thread::spawn(is_exiting).join().unwrap()));
            print!("{} ", is_exiting());
        })
        // `run` has run all, the annotated one, too.
        .prints("false false false Dfalse true "),
        scenario("exit_in_a_handler_of_run_ends_the_process_and_runs_the_rest", || {
            register_letters("ab");
            register(|| exit(3));
            register_letters("c");
            atexit::run();
            print!("never printed");
        })
        .prints("cbaD")
        .exits(3),
        scenario("exit_in_a_handler_of_run_in_a_handler_runs_the_rest", || {
            register_letters("ab");
            register(|| exit(3));
            register_letters("c");
            register(|| {
                print!("(");
                atexit::run();
                print!("never printed");
            });
        })
        .prints("(cbaD")
        .exits(3),
        scenario("exit_in_every_handler_runs_them_all_and_the_last_code_wins", || {
            for code in 0..100 {
                register(move || {
                    print!("{code} ");
                    exit(code)
                });
            }
            exit(200)
        })
        .prints(&((0..100).rev().map(|code| format!("{code} ")).collect::<String>() + "D"))
        .exits(0),
        scenario("what_a_handler_registers_before_it_exits_runs", || {
            register_letters("a");
            register(|| {
                register_letters("xy");
                exit(1)
            });
            register_letters("b");
        })
        .prints("byxaD")
        .exits(1),
        scenario("exit_waits_for_the_exit_that_another_thread_has_begun", || {
            register_letters("a");
            register(|| {
                // It may not end the process while this handler runs, nor change its status.
                spawn_until_asleep(|| exit(9));
                print!("slow ");
            });
        })
        .prints("slow aD"),
        unterminated("exit_flushes_an_unterminated_line", || exit(3)).exits(3),
        unterminated("exit_on_a_thread_flushes_an_unterminated_line", || thread::spawn(|| exit(3)).join().unwrap())
            .exits(3)
            .unless(cfg!(target_family = "wasm")),
        unterminated("exit_in_a_handler_flushes_an_unterminated_line", || _ = register(|| exit(3))).exits(3),
        unterminated("returning_flushes_an_unterminated_line", || ()),
        unterminated("an_error_flushes_an_unterminated_line", || Err::<(), _>("failed")).exits(1).panics(),
        unterminated("a_panic_flushes_an_unterminated_line", || panic!("as the test wants")).exits(101).panics(),
        // On Windows it runs no handlers.
        #[cfg(not(windows))]
        unterminated("process_exit_flushes_an_unterminated_line", || std::process::exit(3)).exits(3),
        #[cfg(any(unix, windows, target_os = "wasi"))]
        printed_by_c("exit_flushes_what_c_has_printed", || exit(3)),
        #[cfg(any(unix, windows, target_os = "wasi"))]
        printed_by_c("exit_in_a_handler_flushes_what_c_has_printed", || _ = register(|| exit(3))),
        scenario("exit_in_a_failure_hook_runs_the_rest", || {
            atexit::set_failure_hook(|_| exit(6));
            register_letters("ab");
            register(|| Err::<(), _>("failed"));
            register_letters("c");
        })
        .prints("cbaD")
        .exits(6),
        scenario("exit_in_the_drop_of_what_is_unregistered_runs_the_rest", || {
            struct Exits;
            impl Drop for Exits {
                fn drop(&mut self) {
                    exit(7);
                }
            }
            register_letters("ab");
            let exits = Exits;
            register(move || drop(exits)).unregister();
        })
        .prints("baD")
        .exits(7),
        scenario("exit_in_a_handler_that_another_thread_runs_ends_the_process", || {
            // The handler that calls it is never returned to; exit must not wait for it.
            register_letters("a");
            register(|| exit(3));
            let runs = thread::spawn(atexit::run);
            let _ = runs.join();
        })
        .prints("aD")
        .exits(3),
    ]
}
