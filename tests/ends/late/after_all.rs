//! Registering in a C handler that is older than ours.

use std::sync::{Barrier, Mutex, mpsc};
use std::thread::{self, JoinHandle};

use atexit::{Lazy, guard, on_thread, register};
use atexit_test_support::{Scenario, Watched, register_letters, scenario};

static AFTER_ALL_HANDLERS: Mutex<Option<fn()>> = Mutex::new(None);

/// Calls `function` when all our handlers have run: from a C handler that is older than the first of our slots.
pub(crate) fn after_all_handlers(function: fn()) {
    *AFTER_ALL_HANDLERS.lock().unwrap() = Some(function);
}

/// Constructors with a number come before those without; and on Windows those of a section whose name sorts before.
#[used]
#[cfg_attr(windows, unsafe(link_section = ".CRT$XCB"))]
#[cfg_attr(not(windows), unsafe(link_section = ".init_array.00101"))]
static FIRST_CONSTRUCTOR: extern "C" fn() = {
    extern "C" fn oldest_handler() {
        super::call(&AFTER_ALL_HANDLERS);
    }
    extern "C" fn construct() {
        // SAFETY: the handler doesn't unwind.
        unsafe { libc::atexit(oldest_handler) };
    }
    construct
};

/// Whether what comes too late for our slots gets a slot in C's list again. Else it runs on the spot.
const TAKES_LATE_SLOTS: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

/// What is printed with late slots, and what without.
fn either(with_slots: &'static str, on_the_spot: &'static str) -> &'static str {
    if TAKES_LATE_SLOTS { with_slots } else { on_the_spot }
}

pub(super) fn make_and_drop_a_guard() {
    let guard = guard(|| print!("g"));
    print!("(");
    drop(guard);
    print!(")");
}

/// Prints when it is made and when it is dropped, and whether it can still be had then.
struct Late(&'static Lazy<Self>);

impl Late {
    fn new(lazy: &'static Lazy<Self>) -> Self {
        print!("+");
        Self(lazy)
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        print!("{}", if self.0.get().is_some() { '!' } else { '-' });
    }
}

/// Prints whether there is a value.
fn ask(lazy: &'static Lazy<Late>) {
    print!("{}", if lazy.get().is_some() { 'y' } else { 'n' });
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let scenarios = vec![
        scenario("what_is_registered_after_all_handlers_runs_in_c_order", || {
            after_all_handlers(|| {
                print!("(");
                register_letters("xy");
                print!(")");
            });
            register_letters("a");
        })
        .prints(either("aD()yx", "aD(xy)")),
        scenario("what_a_late_handler_registers_runs_next", || {
            after_all_handlers(|| {
                register_letters("x");
                register(|| {
                    print!("(");
                    register_letters("z");
                    print!(")");
                });
            });
        })
        .prints(either("D()zx", "Dx(z)")),
        scenario("a_late_handler_can_be_unregistered", || {
            after_all_handlers(|| {
                let late = register(|| print!("on the spot "));
                print!("{} {}", atexit::count(), late.unregister());
            });
        })
        .prints(either("D1 true", "Don the spot 0 false")),
        scenario("what_a_thread_registers_after_all_handlers_runs", || {
            after_all_handlers(|| {
                thread::spawn(|| register_letters("xy")).join().unwrap();
                print!("|");
            });
        })
        .prints("Dxy|"),
        scenario("is_exiting_stays_true", || {
            after_all_handlers(|| print!("{}", atexit::is_exiting()));
        })
        .prints("Dtrue"),
        scenario("run_and_clear_work_after_all_handlers", || {
            after_all_handlers(|| {
                register_letters("xy");
                atexit::run();
                print!("|");
                register_letters("z");
                print!("{}", atexit::clear());
            });
        })
        .prints(either("Dyx|1", "Dxy|z0")),
        scenario("exit_after_all_handlers_ends_the_process_with_the_new_status", || {
            after_all_handlers(|| {
                register_letters("x");
                atexit::exit(4)
            });
        })
        .prints("Dx")
        .exits(4),
        scenario("what_a_late_handler_on_a_thread_registers_runs_next", || {
            after_all_handlers(|| {
                register(on_thread(|| {
                    print!("(");
                    register_letters("xy");
                    print!(")");
                }));
            });
        })
        .prints(either("D()yx", "D(xy)")),
        scenario("a_guard_that_a_thread_makes_after_all_handlers_runs_its_handler_when_it_is_dropped", || {
            after_all_handlers(|| thread::spawn(make_and_drop_a_guard).join().unwrap());
        })
        .prints("D(g)"),
        scenario("a_lazy_that_was_dropped_is_not_made_again_after_all_handlers", || {
            static LAZY: Lazy<Late> = Lazy::new(|| Late::new(&LAZY));
            after_all_handlers(|| ask(&LAZY));
            ask(&LAZY);
        })
        .prints("+y-Dn"),
        scenario("a_lazy_that_is_first_used_after_all_handlers_is_dropped_or_never_made", || {
            static LAZY: Lazy<Late> = Lazy::new(|| Late::new(&LAZY));
            after_all_handlers(|| {
                ask(&LAZY);
                ask(&LAZY);
            });
        })
        .prints(either("D+yy-", "Dnn")),
        scenario("a_lazy_that_a_thread_first_uses_after_all_handlers_is_never_made", || {
            static LAZY: Lazy<Late> = Lazy::new(|| Late::new(&LAZY));
            after_all_handlers(|| {
                thread::spawn(|| ask(&LAZY)).join().unwrap();
                ask(&LAZY);
            });
        })
        .prints("Dnn"),
        scenario("a_lazy_that_a_thread_is_making_when_all_handlers_have_run_is_dropped_there", || {
            static BARRIER: Barrier = Barrier::new(2);
            static THREADS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());
            static LAZY: Lazy<Late> = Lazy::new(|| {
                BARRIER.wait();
                BARRIER.wait();
                Late::new(&LAZY)
            });
            after_all_handlers(|| {
                BARRIER.wait();
                THREADS.lock().unwrap().drain(..).for_each(|thread| thread.join().unwrap());
                ask(&LAZY);
            });
            THREADS.lock().unwrap().push(thread::spawn(|| ask(&LAZY)));
            BARRIER.wait();
        })
        .prints("D+-nn"),
        scenario("a_lazy_whose_drop_joins_its_users_is_dropped_when_all_handlers_have_run_meanwhile", || {
            static BARRIER: Barrier = Barrier::new(2);
            static THREADS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());
            static LAZY: Lazy<Workers> = Lazy::new(|| {
                BARRIER.wait();
                BARRIER.wait();
                let (begun, wait) = mpsc::channel();
                let user = thread::spawn(move || {
                    begun.send(Watched::this()).unwrap();
                    assert!(LAZY.get().is_none());
                });
                // It waits for the value by then.
                wait.recv().unwrap().wait_until_asleep();
                Workers(Some(user))
            });
            struct Workers(Option<JoinHandle<()>>);
            impl Drop for Workers {
                fn drop(&mut self) {
                    self.0.take().unwrap().join().unwrap();
                    print!("-");
                }
            }
            after_all_handlers(|| {
                BARRIER.wait();
                THREADS.lock().unwrap().drain(..).for_each(|thread| thread.join().unwrap());
            });
            THREADS.lock().unwrap().push(thread::spawn(|| _ = LAZY.get()));
            BARRIER.wait();
        })
        .ends_soon()
        .prints("D-"),
    ];
    #[cfg(target_os = "linux")]
    let scenarios = scenarios.into_iter().chain(super::finalizers::scenarios()).collect();
    scenarios
}
