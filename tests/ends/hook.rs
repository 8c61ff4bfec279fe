//! `set_failure_hook` and `Failure`.

use atexit::{register, set_failure_hook};
use atexit_test_support::{HOOK_PANICKED, HOOK_PANICKED_WHEN_DROPPED, Scenario, register_letters, scenario};

fn fails() -> Result<(), &'static str> {
    Err("no space left")
}

fn panics() {
    panic!("out of {}", "luck");
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_failure_hook_is_told_of_every_failure_in_place_of_standard_error", || {
            set_failure_hook(|failure| {
                println!("{:?} {}", failure.message(), failure.panic_payload().is_some());
                println!("{}", failure.handler().name());
                assert_eq!(failure.handler().location().file(), file!());
                assert_eq!(failure.to_string().lines().count(), 1);
                assert!(format!("{failure:?}").contains("panicked: "));
            });
            register(|| std::panic::panic_any(7));
            register(panics);
            register(fails);
        })
        .prints(
            "Some(\"\\\"no space left\\\"\") false\nends::hook::fails\nSome(\"out of luck\") true\nends::hook::panics\n\
             None true\nends::hook::scenarios::{{closure}}::{{closure}}\nD",
        )
        .panics(),
        scenario("a_failure_hook_sees_what_the_handler_panicked_with", || {
            set_failure_hook(|failure| print!("{:?} ", failure.panic_payload().and_then(|p| p.downcast_ref::<i32>())));
            register(|| std::panic::panic_any(7));
        })
        .prints("Some(7) D")
        .panics(),
        scenario("a_failure_hook_that_panics_does_no_harm_and_the_failure_is_not_lost", || {
            set_failure_hook(|_| panic!("the hook, too"));
            register_letters("a");
            register(fails);
            register_letters("b");
        })
        .prints("baD")
        .panics()
        .reports(HOOK_PANICKED)
        .reports("atexit: handler ends::hook::fails (tests/ends/hook.rs:N) failed: \"no space left\""),
        scenario("what_a_failure_hook_registers_runs_next", || {
            set_failure_hook(|_| register_letters("h"));
            register_letters("a");
            register(fails);
            register_letters("b");
        })
        .prints("bhaD"),
        scenario("a_failure_hook_that_fails_by_its_own_handlers_comes_to_an_end", || {
            use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
            static LEFT: AtomicU32 = AtomicU32::new(100);
            set_failure_hook(|_| {
                if LEFT.fetch_sub(1, Relaxed) > 1 {
                    register(fails);
                }
            });
            register(fails);
            register(|| print!("{} ", LEFT.load(Relaxed)));
            atexit::run();
            print!("{} ", LEFT.load(Relaxed));
        })
        .prints("100 D0 "),
        scenario("a_failure_hook_that_replaces_itself_is_dropped_after_its_call", || {
            let bomb = Bomb;
            set_failure_hook(move |failure| {
                let _ = &bomb;
                set_failure_hook(|failure| print!("second {:?} ", failure.message()));
                print!("first {:?} ", failure.message());
            });
            register_letters("a");
            register(fails);
            register(fails);
        })
        .prints("first Some(\"\\\"no space left\\\"\") second Some(\"\\\"no space left\\\"\") aD")
        .panics()
        .reports(HOOK_PANICKED_WHEN_DROPPED),
        scenario("a_failure_hook_that_panics_when_it_is_replaced_does_no_harm", || {
            let bomb = Bomb;
            set_failure_hook(move |_| _ = &bomb);
            register_letters("a");
            set_failure_hook(|failure| print!("second {:?} ", failure.message()));
            register(fails);
        })
        .prints("second Some(\"\\\"no space left\\\"\") aD")
        .panics()
        .reports(HOOK_PANICKED_WHEN_DROPPED),
        scenario("a_failure_hook_that_replaces_itself_and_panics_and_panics_when_it_is_dropped_does_no_harm", || {
            let bomb = Bomb;
            set_failure_hook(move |_| {
                let _ = &bomb;
                set_failure_hook(|_| print!("second "));
                panic!("the hook, too");
            });
            register_letters("a");
            register(fails);
            register(fails);
        })
        .prints("second aD")
        .panics()
        .reports(HOOK_PANICKED)
        .reports("atexit: handler ends::hook::fails (tests/ends/hook.rs:N) failed: \"no space left\"")
        .reports(HOOK_PANICKED_WHEN_DROPPED),
        scenario("the_newest_failure_hook_counts", || {
            set_failure_hook(|_| print!("old "));
            set_failure_hook(|_| {
                print!("first ");
                set_failure_hook(|_| print!("second "));
            });
            register(fails);
            register(fails);
        })
        .prints("first second D"),
    ]
}
