//! No code of the user's runs under our lock, so every call of this crate may be made from all of it.

use std::fmt;
use std::time::Duration;

use atexit::{register, unregister};
use atexit_test_support::{Scenario, letter, panicked, register_letters, scenario};

/// Makes every call that there is.
fn use_everything() {
    let registration = register(|| ());
    assert!(registration.is_pending());
    assert!(registration.unregister());
    register_letters("z");
    let count = atexit::count();
    assert_eq!(atexit::pending().len(), count);
    assert_eq!(unregister(letter), 1);
    atexit::run();
    atexit::clear();
    atexit::is_exiting();
    atexit::set_failure_hook(|_| ());
    atexit::set_deadline(Some(Duration::from_secs(3600)));
    atexit::set_deadline(None);
    atexit::install_panic_hook();
    drop(atexit::guard(|| ()));
    drop(atexit::guard(atexit::on_thread(|| ())));
    atexit::guard(|| ()).cancel();
    assert_eq!(unregister(atexit::guard(|| ())), 1);
    assert_eq!(unregister(register(|| ())), 1);
    // Where there are none, it answers so.
    assert_eq!(atexit::signals::install().is_ok(), cfg!(any(unix, windows)));
    atexit::signals::received();
    print!("used ");
}

/// Makes every call when it is dropped.
struct UsesEverything;

impl Drop for UsesEverything {
    fn drop(&mut self) {
        use_everything();
    }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_handler_may_make_every_call", || {
            register(use_everything);
        })
        .prints("used "),
        scenario("the_drop_of_a_handler_that_ran_may_make_every_call", || {
            let captured = UsesEverything;
            register(move || drop(captured));
        })
        .prints("used "),
        scenario("the_drop_of_a_handler_that_is_unregistered_may_make_every_call", || {
            let captured = UsesEverything;
            let registration = register(move || drop(captured));
            print!("{} ", registration.unregister());
            let captured = UsesEverything;
            register(move || drop(captured));
            print!("{} ", atexit::clear());
            let captured = UsesEverything;
            atexit::guard(move || drop(captured)).cancel();
        })
        .prints("used true used 1 used "),
        scenario("the_debug_of_an_error_may_make_every_call", || {
            struct Error;
            impl fmt::Debug for Error {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    use_everything();
                    f.write_str("described")
                }
            }
            register(|| Err::<(), _>(Error));
        })
        // The failure is told to the hook that `use_everything` has set.
        .prints("used "),
        scenario("the_drop_of_a_panics_payload_may_make_every_call", || {
            register(|| std::panic::panic_any(UsesEverything));
        })
        .prints("used ")
        .panics()
        .reports(panicked!("promises::lock::scenarios::{{closure}}::{{closure}} (tests/promises/lock.rs:N)")),
        scenario("a_failure_hook_may_make_every_call", || {
            atexit::set_failure_hook(|_| use_everything());
            register(|| Err::<(), _>("failed"));
        })
        .prints("used "),
        scenario("the_drop_of_a_failure_hook_may_make_every_call", || {
            let captured = UsesEverything;
            atexit::set_failure_hook(move |_| {
                let _ = &captured;
            });
            atexit::set_failure_hook(|_| print!("new "));
            register(|| Err::<(), _>("failed"));
        })
        .prints("used "),
    ]
}
