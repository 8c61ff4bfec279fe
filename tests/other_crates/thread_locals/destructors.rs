//! An annotated function on a thread of its own, which has returned when its thread-locals are destroyed. Of handlers
//! that are registered by call, this is in `ends`.

use atexit_test_support::{Destructor, Scenario, register_letters, scenario, sleep_for_long};

/// A destructor there does this.
fn annotated(name: &'static str, destructor: fn()) -> Scenario {
    thread_local!(static CALLS: Destructor = const { Destructor::new() });

    let program = move || {
        *crate::ANNOTATED.lock().unwrap() = Some(Box::new(move || {
            print!("annotated ");
            CALLS.with(|calls| calls.calls(destructor));
        }));
        register_letters("ab");
    };
    scenario(name, program).ends_soon()
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        annotated("exit_in_a_destructor_of_an_annotated_functions_thread_ends_with_that_status", || atexit::exit(7))
            .prints("baannotated ")
            .exits(7),
        annotated("what_a_destructor_of_an_annotated_functions_thread_registers_before_it_exits_runs", || {
            register_letters("xy");
            atexit::exit(7)
        })
        .prints("baannotated yx")
        .exits(7),
        annotated("what_a_destructor_of_an_annotated_functions_thread_registers_runs", || register_letters("xy"))
            .prints("baannotated yx"),
        annotated("a_destructor_of_an_annotated_functions_thread_that_never_returns_is_not_waited_for", sleep_for_long)
            .prints("baannotated "),
    ]
}
