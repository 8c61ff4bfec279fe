//! An `async` function is a handler like any other, where `block_on` drives its future.

use std::cell::Cell;
use std::future::{self, Future};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use atexit::{atexit, on_thread, register};
use atexit_test_support::{Scenario, helper, is_cut_short, panicked, register_letters, scenario};

/// What the annotated function is to do.
static WORK: OnceLock<Work> = OnceLock::new();

type Work = fn() -> Result<(), String>;

#[atexit(block_on = pollster::block_on, args(WORK.get()?))]
async fn close(work: &Work) -> Result<(), String> {
    wake_by_a_thread().await;
    work()
}

static PRIORITIES: OnceLock<()> = OnceLock::new();

#[atexit(block_on = pollster::block_on, args("2", *PRIORITIES.get()?), priority = 2)]
async fn second(text: &str, (): ()) {
    print!("{text}");
}

#[atexit(priority = 3, args(*PRIORITIES.get()?), block_on = pollster::block_on)]
async fn third((): ()) {
    print!("3");
}

#[atexit(priority = 1, args(*PRIORITIES.get()?))]
fn first((): ()) {
    print!("1");
}

/// What drives futures. Empty until a scenario has started it.
static DRIVER: OnceLock<Driver> = OnceLock::new();

struct Driver {
    name: &'static str,
}

impl Driver {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        print!("{} ", self.name);
        pollster::block_on(future)
    }
}

#[atexit(block_on = { let driver = DRIVER.get()?; |future| driver.block_on(future) })]
async fn driven_if_there_is_a_driver() {
    print!("drives. ");
}

static SHADOWED: OnceLock<&str> = OnceLock::new();

/// Whose name is that of what drives it.
#[atexit(block_on = pollster::block_on, args(SHADOWED.get()?))]
async fn block_on(future: &str) {
    print!("{future}");
}

static STUCK: OnceLock<()> = OnceLock::new();

#[atexit(block_on = pollster::block_on, args(*STUCK.get()?))]
async fn never_ends((): ()) {
    print!("waits");
    future::pending::<()>().await;
}

pub(crate) fn unregister() {
    let functions = [
        atexit::unregister(close),
        atexit::unregister(second),
        atexit::unregister(third),
        atexit::unregister(first),
        atexit::unregister(driven_if_there_is_a_driver),
        atexit::unregister(block_on),
        atexit::unregister(never_ends),
    ];
    assert_eq!(functions, [1; 7]);
}

/// Is ready once another thread has woken it; in place where there are no threads.
async fn wake_by_a_thread() {
    if cfg!(target_family = "wasm") {
        return;
    }
    Woken { is_asked: false }.await;
}

struct Woken {
    is_asked: bool,
}

impl Future for Woken {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.is_asked {
            return Poll::Ready(());
        }
        self.is_asked = true;
        let waker = context.waker().clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            waker.wake();
        });
        Poll::Pending
    }
}

fn works(work: Work) {
    assert!(WORK.set(work).is_ok(), "a scenario sets it once");
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("an_async_function_runs_in_its_place", || {
            register_letters("ab");
            works(|| {
                print!("closed");
                Ok(())
            });
        })
        .prints("baclosed"),
        scenario("an_error_of_an_async_function_is_reported", || works(|| Err("not closed".to_owned())))
            .reports("atexit: handler annotated::block_on::close (tests/annotated/block_on.rs:N) failed: \"not closed\""),
        scenario("a_panic_in_an_async_function_is_reported", || {
            PRIORITIES.set(()).unwrap();
            works(|| panic!("out of luck"));
        })
        .prints("321")
        .panics()
        .reports(panicked!("annotated::block_on::close (tests/annotated/block_on.rs:N)")),
        scenario("what_an_async_function_registers_runs_next", || {
            works(|| {
                register_letters("xy");
                print!("closed ");
                Ok(())
            });
        })
        .prints("closed yx"),
        scenario("exit_in_an_async_function_ends_with_that_status", || {
            works(|| {
                print!("exits");
                atexit::exit(3)
            });
        })
        .prints("exits")
        .exits(3),
        scenario("unregister_finds_an_async_function", || {
            works(|| {
                print!("never printed");
                Ok(())
            });
            print!("{} {}", atexit::unregister(close), atexit::unregister(close));
        })
        .prints("1 0"),
        scenario("an_async_function_stays_one", || pollster::block_on(second("called. ", ()))).prints("called. "),
        scenario("priorities_order_async_functions_among_others", || PRIORITIES.set(()).unwrap()).prints("321"),
        scenario("an_async_function_runs_on_a_thread_of_its_own", || {
            thread_local!(static IS_MAIN: Cell<bool> = const { Cell::new(false) });

            IS_MAIN.set(true);
            works(|| {
                print!("{}", IS_MAIN.get());
                Ok(())
            });
        })
        // Where there are no threads, it runs in place.
        .prints(if cfg!(target_family = "wasm") { "true" } else { "false" }),
        scenario("an_async_function_is_driven_by_what_is_there_at_exit", || {
            assert!(DRIVER.set(Driver { name: "It" }).is_ok(), "nobody else sets it");
        })
        .prints("It drives. "),
        scenario("an_async_function_may_have_any_name", || SHADOWED.set("shadowed").unwrap()).prints("shadowed"),
        scenario("a_call_may_block_on_a_future_on_a_thread", || {
            register(on_thread(|| {
                pollster::block_on(async {
                    wake_by_a_thread().await;
                    print!("closed");
                    Err::<(), _>("not saved")
                })
            }));
        })
        .prints("closed")
        .reports("atexit: handler annotated::block_on::scenarios::{{closure}}::{{closure}} (tests/annotated/block_on.rs:N) failed: \"not saved\""),
        helper("waiting_for_a_future_that_never_ends", || {
            atexit::set_deadline(Some(Duration::from_millis(500)));
            STUCK.set(()).unwrap();
        })
        .test("the_deadline_names_an_async_function_that_never_ends", |program| {
            is_cut_short(&program.run()?, "waits", "annotated::block_on::never_ends (tests/annotated/block_on.rs:N)")
        }),
    ]
}
