//! Threads that use a `Lazy` at once, and while the process exits.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::thread::{self, JoinHandle, ThreadId};

use atexit::{Lazy, register};
use atexit_test_support::{Scenario, Watched, register_letters, scenario, spawn_until_asleep};

use super::{Calls, Letter, touch};

const THREADS: usize = 8;

static MADE: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);
static USERS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// Is counted when it is made and when it is dropped.
struct Counted;

impl Counted {
    fn new() -> Self {
        MADE.fetch_add(1, Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Relaxed);
    }
}

fn print_the_counts() {
    print!("{} made, {} dropped ", MADE.load(Relaxed), DROPPED.load(Relaxed));
}

/// Has eight threads do this at once.
fn on_eight_threads(function: fn()) {
    static BARRIER: Barrier = Barrier::new(THREADS);
    let spawn = |_| {
        thread::spawn(move || {
            BARRIER.wait();
            function();
        })
    };
    USERS.lock().unwrap().extend((0..THREADS).map(spawn));
}

fn join_the_threads() {
    USERS.lock().unwrap().drain(..).for_each(|thread| thread.join().unwrap());
}

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_lazy_that_eight_threads_use_at_once_is_made_once_and_dropped_once", || {
            static LAZY: Lazy<Counted> = Lazy::new(Counted::new);
            register(print_the_counts);
            on_eight_threads(|| touch(&LAZY));
            join_the_threads();
            print!("{} pending ", atexit::count());
        })
        .times(100)
        .prints("2 pending 1 made, 1 dropped "),
        scenario("a_lazy_that_threads_use_while_the_process_exits_is_dropped_once", || {
            static LAZY: Lazy<Counted> = Lazy::new(Counted::new);
            // A thread that gets it when the static lets go has it in use, and drops it.
            atexit::set_failure_hook(|_| ());
            register(print_the_counts);
            register(join_the_threads);
            touch(&LAZY);
            on_eight_threads(|| while LAZY.get().is_some() {});
        })
        .times(100)
        .prints("1 made, 1 dropped "),
        scenario("a_lazy_that_threads_first_use_while_the_process_exits_is_dropped_once", || {
            static LAZY: Lazy<Counted> = Lazy::new(Counted::new);
            atexit::set_failure_hook(|_| ());
            register(print_the_counts);
            register(join_the_threads);
            // Not until it is dropped: that comes after the handler that joins them, if they come to it meanwhile.
            on_eight_threads(|| (0..1000).for_each(|_| drop(LAZY.get())));
        })
        .times(100)
        .prints("1 made, 1 dropped "),
        scenario("a_lazy_that_another_thread_is_making_when_a_handler_uses_it_is_dropped_next", || {
            static IS_MAKING: Barrier = Barrier::new(2);
            static IS_USED: Barrier = Barrier::new(2);
            static LAZY: Lazy<Letter> = Lazy::new(|| {
                IS_MAKING.wait();
                IS_USED.wait();
                Watched::main().wait_until_asleep();
                Letter::new('l')
            });
            register_letters("a");
            register(|| {
                print!("(");
                IS_USED.wait();
                touch(&LAZY);
                print!(")");
            });
            thread::spawn(|| LAZY.get());
            IS_MAKING.wait();
        })
        .prints("(+)la"),
        scenario("a_lazy_on_a_thread_is_dropped_on_a_fresh_thread_and_waited_for", || {
            static THREADS: Mutex<Vec<ThreadId>> = Mutex::new(Vec::new());
            fn note_the_thread() {
                THREADS.lock().unwrap().push(thread::current().id());
            }
            static LAZY: Lazy<Calls> = Lazy::on_thread(|| {
                note_the_thread();
                Calls(note_the_thread)
            });
            register(|| {
                let this = thread::current().id();
                print!("{:?}", THREADS.lock().unwrap().iter().map(|thread| *thread == this).collect::<Vec<_>>());
            });
            touch(&LAZY);
        })
        .prints("[true, false]"),
        scenario("a_thread_local_with_a_destructor_works_in_the_drop_of_a_lazy_on_a_thread", || {
            thread_local!(static TEXT: String = String::from("in use "));
            static LAZY: Lazy<Calls> = Lazy::on_thread(|| Calls(|| TEXT.with(|text| print!("{text}"))));
            TEXT.with(|text| print!("{text}"));
            touch(&LAZY);
        })
        .prints("in use in use "),
        scenario("exit_on_a_thread_drops_a_lazy_there", || {
            static LAZY: Lazy<Letter> = Lazy::new(|| Letter::new('l'));
            register_letters("a");
            touch(&LAZY);
            spawn_until_asleep(|| atexit::exit(3));
            thread::park();
        })
        .prints("+la")
        .exits(3),
    ]
}
