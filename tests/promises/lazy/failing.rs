//! Panics of what makes the value and of its `Drop`, and one that takes forever.

use std::panic::catch_unwind;
#[cfg(unix)]
use std::process;
use std::time::Duration;

use atexit::Lazy;
use atexit_test_support::{
    CutShort, LETTER, Scenario, Status, TOLD_BY_C, helper, panicked, register_letters, scenario, sleep_for_long,
};

use super::{Calls, Letter, touch};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        // They would wait for the thread that makes it, which is theirs.
        scenario("a_lazy_whose_making_exits_gives_handlers_nothing", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| atexit::exit(3));
            atexit::register(|| print!("{} ", LAZY.get().is_none()));
            atexit::register(atexit::on_thread(|| print!("{} ", LAZY.get().is_none())));
            touch(&LAZY);
        })
        .ends_soon()
        .prints("true true ")
        .exits(3),
        #[cfg(unix)]
        scenario("a_lazy_whose_making_exits_gives_handlers_of_c_nothing", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| process::exit(3));

            extern "C" fn get() {
                print!("{} ", LAZY.get().is_none());
            }

            register_letters("a");
            // SAFETY: the function never unwinds.
            assert_eq!(unsafe { libc::atexit(get) }, 0);
            touch(&LAZY);
        })
        .ends_soon()
        .prints("true a")
        .exits(3),
        scenario("a_lazy_gives_its_own_making_nothing", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| {
                print!("{} ", LAZY.get().is_none());
                Letter('l')
            });
            touch(&LAZY);
        })
        .ends_soon()
        .prints("true l"),
        scenario("a_panic_that_makes_a_lazy_is_one_of_each_get_and_nothing_is_dropped", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| {
                print!("making ");
                panic!("as the test wants")
            });
            register_letters("a");
            for _ in 0..3 {
                assert!(catch_unwind(|| LAZY.get()).is_err());
            }
            print!("{} ", atexit::count());
        })
        .prints("making 1 a")
        .panics(),
        scenario("a_panic_that_makes_a_lazy_is_one_of_a_handler_that_gets_it", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| panic!("as the test wants"));

            fn get() {
                print!("get ");
                LAZY.get();
                print!("got ");
            }

            register_letters("a");
            atexit::register(get);
            atexit::register(atexit::on_thread(get));
            let _ = catch_unwind(|| LAZY.get());
        })
        .prints("get get a")
        .panics()
        .reports(panicked!("promises::lazy::failing::scenarios::{{closure}}::get (tests/promises/lazy/failing.rs:N)"))
        .reports(panicked!("promises::lazy::failing::scenarios::{{closure}}::get (tests/promises/lazy/failing.rs:N)")),
        scenario("a_panic_in_the_drop_of_a_lazy_is_reported_and_the_rest_run", || {
            static LAZY: Lazy<Calls> = Lazy::new(|| Calls(|| panic!("as the test wants")));
            register_letters("a");
            touch(&LAZY);
            register_letters("b");
        })
        .prints("ba")
        .panics()
        .reports(panicked!("Lazy<promises::lazy::Calls> (tests/promises/lazy/failing.rs:N)")),
        helper("a_lazy_whose_drop_takes_forever", || {
            static LAZY: Lazy<Calls> = Lazy::new(|| Calls(sleep_for_long));
            static OTHER: Lazy<Letter> = Lazy::on_thread(|| Letter('o'));
            atexit::set_deadline(Some(Duration::from_millis(500)));
            register_letters("a");
            touch(&OTHER);
            touch(&LAZY);
        })
        .test("the_deadline_names_a_lazy_by_its_type_on_whatever_thread", |program| {
            let file = "tests/promises/lazy/failing.rs:N";
            CutShort {
                reason: TOLD_BY_C,
                running: &format!("Lazy<promises::lazy::Calls> ({file})"),
                pending: &[&format!("Lazy<promises::lazy::Letter> ({file})"), &format!("{LETTER} ({file})")],
                stdout: "",
                status: Status::Code(124),
            }
            .check(&program.run()?)
        }),
    ]
}
