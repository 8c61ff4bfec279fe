//! `guard`: when it is dropped or at exit, whichever comes first, once.

use std::thread;

use atexit::{guard, register};
use atexit_test_support::{Scenario, panicked, register_letters, scenario};

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_guard_runs_its_handler_when_it_is_dropped_and_not_again", || {
            let guard = guard(|| print!("g"));
            register_letters("a");
            print!("(");
            drop(guard);
            print!(")");
        })
        .prints("(g)aD"),
        scenario("a_guard_runs_its_handler_at_exit_in_its_slot", || {
            register_letters("a");
            let _guard = guard(|| print!("g"));
            register_letters("b");
            atexit::exit(0)
        })
        .prints("bgaD"),
        scenario("a_guard_that_is_forgotten_runs_its_handler_at_exit", || {
            std::mem::forget(guard(|| print!("g")));
        })
        .prints("gD"),
        scenario("a_cancelled_guard_never_runs_its_handler", || {
            struct Dropped;
            impl Drop for Dropped {
                fn drop(&mut self) {
                    print!("dropped ");
                }
            }
            let dropped = Dropped;
            let guard = guard(move || drop(dropped));
            print!("{} ", atexit::count());
            guard.cancel();
            print!("{} ", atexit::count());
        })
        .prints("2 dropped 1 D"),
        scenario("a_guard_runs_its_handler_when_a_panic_drops_it", || {
            let _guard = guard(|| print!("g"));
            panic!("as the test wants");
        })
        .prints("gD")
        .panics()
        .exits(101),
        scenario("a_guards_handler_that_fails_is_reported_and_goes_no_further", || {
            drop(guard(|| Err::<(), _>("failed")));
            drop(guard(|| panic!("as the test wants")));
            print!("main goes on ");
        })
        .prints("main goes on D")
        .panics()
        .reports("atexit: handler ends::guard::scenarios::{{closure}}::{{closure}} (tests/ends/guard.rs:N) failed: \"failed\"")
        .reports(panicked!("ends::guard::scenarios::{{closure}}::{{closure}} (tests/ends/guard.rs:N)")),
        scenario("a_guard_whose_handler_was_unregistered_does_nothing", || {
            let guard = guard(|| print!("g"));
            atexit::clear();
            drop(guard);
        }),
        scenario("a_guard_that_a_handler_drops_runs_its_handler_there", || {
            register_letters("a");
            let guard = guard(|| print!("g"));
            register(move || {
                print!("(");
                drop(guard);
                print!(")");
            });
        })
        .prints("(g)aD"),
        scenario("a_guard_of_another_thread_runs_its_handler_when_it_is_dropped_however_many_there_were_before", || {
            register_letters("a");
            register(|| {
                let on_a_thread = || {
                    (0..20_000).for_each(|_| drop(guard(|| ())));
                    let guard = guard(|| print!("g"));
                    print!("(");
                    drop(guard);
                    print!(")");
                };
                thread::spawn(on_a_thread).join().unwrap();
            });
        })
        .prints("(g)aD"),
        scenario("a_guard_in_a_static_runs_its_handler_at_exit", || {
            use std::sync::Mutex;
            static GUARD: Mutex<Option<atexit::Guard>> = Mutex::new(None);
            *GUARD.lock().unwrap() = Some(guard(|| print!("g")));
        })
        .prints("gD"),
    ]
}
