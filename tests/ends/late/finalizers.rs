//! Registering in finalizers, which come after C's whole list.

use std::sync::Mutex;
use std::thread;

use atexit::{on_thread, register};
use atexit_test_support::{Scenario, register_letters, scenario};

use super::after_all::make_and_drop_a_guard;
use super::call;

static IN_A_FINALIZER: Mutex<Option<fn()>> = Mutex::new(None);
static IN_THE_LAST_FINALIZER: Mutex<Option<fn()>> = Mutex::new(None);

/// Calls `function` when all C handlers have run, from the program's own finalizers.
pub(crate) fn in_a_finalizer(function: fn()) {
    *IN_A_FINALIZER.lock().unwrap() = Some(function);
}

/// Calls `function` when this crate's own finalizer has run, too.
fn in_the_last_finalizer(function: fn()) {
    *IN_THE_LAST_FINALIZER.lock().unwrap() = Some(function);
}

#[used]
#[unsafe(link_section = ".fini_array")]
static FINALIZER: extern "C" fn() = {
    extern "C" fn finalize() {
        call(&IN_A_FINALIZER);
    }
    finalize
};

/// Finalizers with a number come after those without.
#[used]
#[unsafe(link_section = ".fini_array.00101")]
static LAST_FINALIZER: extern "C" fn() = {
    extern "C" fn finalize() {
        call(&IN_THE_LAST_FINALIZER);
    }
    finalize
};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("what_a_finalizer_registers_runs", || {
            in_a_finalizer(|| register_letters("x"));
        })
        .prints("Dx"),
        scenario("what_the_last_finalizer_registers_runs", || {
            in_the_last_finalizer(|| {
                register_letters("xy");
                print!("{}", atexit::count());
            });
        })
        .prints("Dxy0"),
        scenario("after_everything_else_a_handler_on_a_thread_runs_in_place", || {
            in_the_last_finalizer(|| {
                let this = thread::current().id();
                register(on_thread(move || print!("{}", thread::current().id() == this)));
            });
        })
        .prints("Dtrue"),
        scenario("a_guard_that_a_finalizer_makes_runs_its_handler_when_it_is_dropped", || {
            in_a_finalizer(make_and_drop_a_guard);
        })
        .prints("D(g)"),
        scenario("a_guard_that_the_last_finalizer_makes_runs_its_handler_when_it_is_dropped", || {
            in_the_last_finalizer(make_and_drop_a_guard);
        })
        .prints("D(g)"),
    ]
}
