//! `on_thread`: the handler runs on a fresh thread, and the exit waits for it.

use std::cell::RefCell;
use std::sync::Mutex;
use std::thread::{self, ThreadId};

use atexit::{guard, on_thread, register, register_with};
use atexit_test_support::{Scenario, Watched, letter, panicked, register_letters, scenario};

/// Prints when it is destroyed.
struct Kept(&'static str);

impl Drop for Kept {
    fn drop(&mut self) {
        print!("{} destroyed ", self.0);
    }
}

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Kept("nothing")) };
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

fn fails() -> Result<(), &'static str> {
    Err("no space left")
}

fn panics() {
    panic!("out of luck");
}

fn exits_on_eight_threads() {
    register_with(on_thread(letter), ('a',));
    register_letters("b");
    register_with(on_thread(letter), ('c',));
    crate::threads::exit_on_eight_threads(atexit::exit);
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let everywhere = vec![
        scenario("on_thread_runs_each_handler_on_a_fresh_thread", || {
            static THREADS: Mutex<Vec<ThreadId>> = Mutex::new(Vec::new());
            let note_the_thread = || THREADS.lock().unwrap().push(thread::current().id());
            register(|| {
                let mut threads = THREADS.lock().unwrap().clone();
                threads.push(thread::current().id());
                let all = threads.len();
                threads.dedup();
                print!("{} of {all} ", threads.len());
            });
            register(on_thread(note_the_thread));
            register(on_thread(note_the_thread));
            register(note_the_thread);
        })
        .prints("4 of 4 D"),
        scenario("exit_waits_for_a_handler_on_a_thread_before_the_next_runs", || {
            register_letters("a");
            register(on_thread(|| {
                print!("(");
                Watched::main().wait_until_asleep();
                print!(")");
            }));
            register_letters("b");
        })
        .prints("b()aD"),
        scenario("on_thread_passes_the_arguments", || {
            register_with(on_thread(|name: &str, times: u32| print!("{name} {times} ")), ("Donny", 3));
        })
        .prints("Donny 3 D"),
        scenario("a_thread_local_with_a_destructor_works_in_a_handler_on_a_thread", || {
            TEXT.set("in use".to_owned());
            register(on_thread(|| {
                TEXT.with_borrow_mut(|text| text.push_str("fresh"));
                print!("{} ", TEXT.take());
            }));
        })
        .prints("fresh D"),
        scenario("thread_locals_of_a_handler_on_a_thread_are_destroyed_before_the_next_runs", || {
            register_letters("a");
            register(on_thread(|| KEPT.with_borrow_mut(|kept| kept.0 = "second")));
            register(on_thread(|| KEPT.with_borrow_mut(|kept| kept.0 = "first")));
            register_letters("b");
        })
        .prints("bfirst destroyed second destroyed aD"),
        scenario("a_failure_of_a_handler_on_a_thread_is_reported_by_its_name_and_the_rest_run", || {
            register_letters("a");
            register(on_thread(fails));
            register_letters("b");
            register(on_thread(panics));
            register_with(on_thread(|code: u8| Err::<(), _>(code)), (7,));
            register_letters("c");
            atexit::exit(3)
        })
        .prints("cbaD")
        .exits(3)
        .panics()
        .reports("atexit: handler ends::on_thread::scenarios::{{closure}}::{{closure}} (tests/ends/on_thread.rs:N) failed: 7")
        .reports(panicked!("ends::on_thread::panics (tests/ends/on_thread.rs:N)"))
        .reports("atexit: handler ends::on_thread::fails (tests/ends/on_thread.rs:N) failed: \"no space left\""),
        scenario("exit_in_a_handler_on_a_thread_runs_the_rest", || {
            register_letters("ab");
            register(on_thread(|| atexit::exit(3)));
            register_letters("c");
        })
        .prints("cbaD")
        .exits(3),
        scenario("exit_in_every_handler_on_a_thread_runs_them_all_and_the_last_code_wins", || {
            for code in 0..10 {
                register(on_thread(move || {
                    print!("{code} ");
                    atexit::exit(code)
                }));
            }
            atexit::exit(200)
        })
        .prints("9 8 7 6 5 4 3 2 1 0 D"),
        scenario("exit_in_a_handler_on_a_thread_that_run_runs_ends_the_process", || {
            register_letters("ab");
            register(on_thread(|| atexit::exit(3)));
            register_letters("c");
            atexit::run();
            print!("never printed");
        })
        .prints("cbaD")
        .exits(3),
        scenario("what_a_handler_on_a_thread_registers_runs_next", || {
            register_letters("a");
            register(on_thread(|| {
                print!("(");
                register_letters("x");
                register_with(on_thread(letter), ('y',));
                register_letters("z");
                print!(")");
            }));
            register_letters("b");
        })
        .prints("b()zyxaD"),
        scenario("a_handler_on_a_thread_registers_twenty_thousand_that_all_run_next", || {
            static RAN: Mutex<(u32, bool)> = Mutex::new((20_000, true));
            register(|| print!("{:?} ", *RAN.lock().unwrap()));
            register(on_thread(|| {
                let this = thread::current().id();
                for number in 0..20_000 {
                    register(move || {
                        let (last, in_order) = *RAN.lock().unwrap();
                        let is_next = number + 1 == last && thread::current().id() != this;
                        *RAN.lock().unwrap() = (number, in_order && is_next);
                    });
                }
            }));
        })
        .prints("(0, true) D"),
        scenario("a_handler_on_a_thread_runs_the_rest", || {
            register_letters("a");
            register_with(on_thread(letter), ('b',));
            register(on_thread(|| {
                print!("(");
                atexit::run();
                print!(")");
            }));
            register_letters("c");
        })
        .prints("c(baD)"),
        scenario("a_handler_on_a_thread_unregisters_and_clears", || {
            register_letters("ab");
            let one = register(fails);
            register(fails);
            register(panics);
            register(on_thread(move || {
                print!("{} {} ", atexit::is_exiting(), atexit::count());
                print!("{} {} {} ", one.unregister(), atexit::unregister(fails), atexit::unregister(panics));
                print!("{} {}", atexit::clear(), atexit::count());
            }));
        })
        .prints("true 6 true 1 1 3 0"),
        scenario("on_thread_works_in_a_handler_that_run_runs", || {
            register_letters("a");
            register(|| {
                print!("(");
                register(on_thread(|| print!("{} ", atexit::is_exiting())));
                atexit::run();
                print!(")");
            });
            atexit::run();
            print!("|");
        })
        .prints("(false aD)|"),
        scenario("a_guard_runs_its_handler_on_a_thread_and_waits_for_it", || {
            let this = thread::current().id();
            drop(guard(on_thread(move || {
                Watched::main().wait_until_asleep();
                print!("{} ", thread::current().id() != this);
            })));
            print!("dropped ");
        })
        .prints("true dropped D"),
        scenario("eight_threads_exit_at_once_with_handlers_on_threads", exits_on_eight_threads).times(100).prints("cbaD").exits(3),
    ];
    let here: Vec<Vec<Scenario>> = vec![
        #[cfg(unix)]
        unix::scenarios(),
        #[cfg(target_os = "linux")]
        without_threads::scenarios(),
    ];
    everywhere.into_iter().chain(here.into_iter().flatten()).collect()
}

#[cfg(unix)]
pub(crate) mod unix {
    use std::hint::black_box;

    use super::{Scenario, on_thread, register, scenario};

    /// Uses so many bytes of the stack.
    pub(crate) fn has_large_locals<const BYTES: usize>() {
        let mut locals = [0_u8; BYTES];
        black_box(&mut locals)[BYTES / 2] = 1;
        print!("{} ", locals.iter().map(|&byte| u32::from(byte)).sum::<u32>());
    }

    pub(super) fn scenarios() -> Vec<Scenario> {
        vec![
            // The main thread's stack is of eight.
            scenario("a_handler_on_a_thread_has_room_for_six_million_bytes_of_locals", || {
                register(on_thread(has_large_locals::<{ 6 << 20 }>));
            })
            .prints("1 D"),
        ]
    }
}

/// What keeps a process from starting threads differs elsewhere.
#[cfg(target_os = "linux")]
mod without_threads {
    use atexit_test_support::refuse_threads;

    use super::{Scenario, fails, letter, on_thread, register, register_letters, register_with, scenario, thread};

    pub(super) fn scenarios() -> Vec<Scenario> {
        vec![
            scenario("where_no_thread_can_start_a_handler_runs_on_the_thread_that_exits", || {
                refuse_threads();
                let this = thread::current().id();
                register_letters("a");
                register(on_thread(move || print!("{} ", thread::current().id() == this)));
                register_with(on_thread(letter), ('b',));
                register(on_thread(fails));
                register_letters("c");
            })
            .prints("cbtrue aD")
            .reports("atexit: handler ends::on_thread::fails (tests/ends/on_thread.rs:N) failed: \"no space left\""),
            scenario("where_no_thread_can_start_exit_in_a_handler_runs_the_rest", || {
                refuse_threads();
                register_letters("a");
                register(on_thread(|| atexit::exit(3)));
                register_letters("b");
            })
            .prints("baD")
            .exits(3),
        ]
    }
}
