//! A child that has lost the handlers: another thread had their lock at the fork. That takes a function called around
//! it which takes longer than other threads wait for a fork.

use std::io::{self, Write};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use atexit::{Guard, Registration};
use atexit_test_support::{Forked, Scenario, Status, helper, same};

/// Whether a fork takes so long.
static IS_SLOW: AtomicBool = AtomicBool::new(false);

/// It is registered before the crate's own function, and so called after that.
#[used]
#[unsafe(link_section = ".init_array.00101")]
static EARLIEST: extern "C" fn() = {
    extern "C" fn wait() {
        if IS_SLOW.load(Relaxed) {
            thread::sleep(Duration::from_millis(1300));
        }
    }
    extern "C" fn register() {
        // SAFETY: it may be called before `main`.
        assert_eq!(unsafe { libc::pthread_atfork(Some(wait), None, None) }, 0);
    }
    register
};

/// How the child ends if it has lost them: by an abort, whose status no tool that looks for leaks replaces.
const LOST: Status = Status::Signal(libc::SIGABRT);

/// What was registered before the fork finds nothing in the child, whatever that has registered since.
fn in_the_child(registration: Registration, guard: Guard) -> ! {
    if atexit::count() > 0 {
        // It has not lost them, and prints nothing.
        // SAFETY: it may be called at any time.
        unsafe { libc::_exit(0) }
    }
    let new = [(); 3].map(|()| atexit::register(|| print!("new ")));
    print!("{} {} ", registration.is_pending(), registration.unregister());
    drop(guard);
    print!("{:?} ", new.map(Registration::is_pending));
    atexit::run();
    io::stdout().flush().expect("the test reads it");
    process::abort()
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        helper("a_child_loses_the_handlers", || {
            let registration = atexit::register(|| print!("old "));
            let mut guard = Some(atexit::guard(|| print!("guard ")));
            for _ in 0..4 {
                thread::spawn(|| {
                    loop {
                        atexit::register(|| ()).unregister();
                    }
                });
            }
            IS_SLOW.store(true, Relaxed);
            // Mostly at the first.
            for _ in 0..20 {
                let child = || in_the_child(registration, guard.take().expect("nobody else has it"));
                if Forked::new(child).end() == LOST {
                    process::abort();
                }
            }
        })
        .test("what_was_registered_finds_nothing_in_a_child_that_has_lost_the_handlers", |program| {
            let left = program.run()?;
            same("standard output", &left.stdout, "false false [true, true, true] new new new ")
        }),
    ]
}
