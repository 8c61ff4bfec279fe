//! Registering when all is over: after the place that was taken before `main`.

use atexit_test_support::Scenario;

/// Nothing runs so late elsewhere that a test could rely on.
#[cfg(not(target_os = "linux"))]
pub(crate) fn scenarios() -> Vec<Scenario> {
    Vec::new()
}

#[cfg(target_os = "linux")]
pub(crate) use linux::{at_the_very_end, scenarios, when_all_is_over};

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::Mutex;
    use std::thread;

    use atexit::register;
    use atexit_test_support::scenario;

    use super::Scenario;
    use crate::register_letters;

    static WHEN_ALL_IS_OVER: Mutex<Option<fn()>> = Mutex::new(None);
    static AT_THE_VERY_END: Mutex<Option<fn()>> = Mutex::new(None);

    /// Calls `function` when all our handlers have run: from a C handler that is older than the first of our places.
    pub(crate) fn when_all_is_over(function: fn()) {
        *WHEN_ALL_IS_OVER.lock().unwrap() = Some(function);
    }

    /// Calls `function` when all C handlers have run, from the program's own finalizers.
    pub(crate) fn at_the_very_end(function: fn()) {
        *AT_THE_VERY_END.lock().unwrap() = Some(function);
    }

    fn call(function: &Mutex<Option<fn()>>) {
        let function = function.lock().unwrap().take();
        if let Some(function) = function {
            function();
        }
    }

    /// Constructors with a number come before those without.
    #[used]
    #[unsafe(link_section = ".init_array.00101")]
    static FIRST_CONSTRUCTOR: extern "C" fn() = {
        extern "C" fn oldest_handler() {
            call(&WHEN_ALL_IS_OVER);
        }
        extern "C" fn construct() {
            // SAFETY: the handler doesn't unwind.
            unsafe { libc::atexit(oldest_handler) };
        }
        construct
    };

    #[used]
    #[unsafe(link_section = ".fini_array")]
    static FINALIZER: extern "C" fn() = {
        extern "C" fn finalize() {
            call(&AT_THE_VERY_END);
        }
        finalize
    };

    /// Whether what comes too late for our places finds a place in C's list again. Else it runs on the spot.
    const TAKES_LATE_PLACES: bool = cfg!(target_env = "gnu");

    /// What is printed with late places, and what without.
    fn either(with_places: &'static str, on_the_spot: &'static str) -> &'static str {
        if TAKES_LATE_PLACES { with_places } else { on_the_spot }
    }

    pub(crate) fn scenarios() -> Vec<Scenario> {
        vec![
            scenario("what_is_registered_when_all_is_over_runs_in_c_order", || {
                when_all_is_over(|| {
                    print!("(");
                    register_letters("xy");
                    print!(")");
                });
                register_letters("a");
            })
            .prints(either("aD()yx", "aD(xy)")),
            scenario("what_a_late_handler_registers_runs_next", || {
                when_all_is_over(|| {
                    register_letters("x");
                    register(|| {
                        print!("(");
                        register_letters("z");
                        print!(")");
                    });
                });
            })
            .prints(either("D()zx", "Dx(z)")),
            scenario("a_late_handler_can_be_taken_back", || {
                when_all_is_over(|| {
                    let late = register(|| print!("on the spot "));
                    print!("{} {}", atexit::count(), late.unregister());
                });
            })
            .prints(either("D1 true", "Don the spot 0 false")),
            scenario("what_a_thread_registers_when_all_is_over_runs", || {
                when_all_is_over(|| {
                    thread::spawn(|| register_letters("xy")).join().unwrap();
                    print!("|");
                });
            })
            .prints(either("D|yx", "Dxy|")),
            scenario("is_exiting_stays_true", || {
                when_all_is_over(|| print!("{}", atexit::is_exiting()));
            })
            .prints("Dtrue"),
            scenario("run_and_clear_work_when_all_is_over", || {
                when_all_is_over(|| {
                    register_letters("xy");
                    atexit::run();
                    print!("|");
                    register_letters("z");
                    print!("{}", atexit::clear());
                });
            })
            .prints(either("Dyx|1", "Dxy|z0")),
            scenario("exit_when_all_is_over_ends_the_process_with_the_new_status", || {
                when_all_is_over(|| {
                    register_letters("x");
                    atexit::exit(4)
                });
            })
            .prints("Dx")
            .exits(4),
            scenario("what_a_finalizer_registers_runs", || {
                at_the_very_end(|| register_letters("x"));
            })
            .prints("Dx"),
        ]
    }
}
