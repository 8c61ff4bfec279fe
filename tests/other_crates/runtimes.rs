//! Real runtimes drive the futures of `async` functions, and what of them is left at exit.
//!
//! Every scenario ends with all functions that this binary annotates. Each of them is skipped but in the scenario that
//! it is for.

use std::process::ExitCode;
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use async_io::Timer;
use atexit::atexit;
use atexit_test_support::{Scenario, helper, is_cut_short, panicked, scenario};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time;

const SHORT: Duration = Duration::from_millis(20);

static BY_ASYNC_IO: OnceLock<&str> = OnceLock::new();

#[atexit(block_on = async_io::block_on, args(BY_ASYNC_IO.get()?))]
async fn by_async_io(text: &str) {
    Timer::after(SHORT).await;
    print!("{text}");
}

/// A program's runtime, which is never shut down.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("the system has threads"));

static BY_THE_RUNTIME: OnceLock<&str> = OnceLock::new();

#[atexit(block_on = |future| RUNTIME.block_on(future), args(BY_THE_RUNTIME.get()?))]
async fn by_the_runtime(text: &str) {
    wait_in_a_task().await;
    print!("{text}");
}

static BY_A_NEW_RUNTIME: OnceLock<&str> = OnceLock::new();

/// A runtime that is made for this future alone.
fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_time().build().expect("the system has what it takes").block_on(future)
}

#[atexit(block_on = block_on, args(BY_A_NEW_RUNTIME.get()?))]
async fn by_a_new_runtime(text: &str) {
    wait_in_a_task().await;
    print!("{text}");
}

/// A runtime that has no thread but those that block on it.
static SINGLE: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("the system has what it takes"));

static BY_A_SINGLE_THREAD: OnceLock<&str> = OnceLock::new();

#[atexit(block_on = |future| SINGLE.block_on(future), args(BY_A_SINGLE_THREAD.get()?))]
async fn by_a_single_thread(text: &str) {
    wait_in_a_task().await;
    print!("{text}");
}

/// Whatever runtime the program has started.
static HANDLE: OnceLock<Handle> = OnceLock::new();

#[atexit(block_on = { let handle = HANDLE.get()?; |future| handle.block_on(future) })]
async fn by_a_handle() {
    print!("waits ");
    time::sleep(SHORT).await;
    print!("closed");
}

/// Needs a timer, and a thread that runs tasks.
async fn wait_in_a_task() {
    tokio::spawn(time::sleep(SHORT)).await.expect("the task doesn't panic");
}

fn keep_handle() {
    HANDLE.set(Handle::current()).unwrap();
}

fn main() -> ExitCode {
    atexit_test_support::main(scenarios(), Vec::new)
}

fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("async_io_drives_a_future", || BY_ASYNC_IO.set("driven").unwrap()).prints("driven"),
        scenario("a_runtime_that_main_has_used_drives_a_future", || {
            RUNTIME.block_on(wait_in_a_task());
            BY_THE_RUNTIME.set("driven").unwrap();
        })
        .prints("driven"),
        scenario("a_runtime_that_is_made_at_exit_drives_a_future", || {
            block_on(wait_in_a_task());
            BY_A_NEW_RUNTIME.set("driven").unwrap();
        })
        .prints("driven"),
        scenario("a_runtime_without_threads_drives_a_future_once_main_has_left_it", || {
            SINGLE.block_on(wait_in_a_task());
            BY_A_SINGLE_THREAD.set("driven").unwrap();
        })
        .prints("driven"),
        helper("exiting_while_running_a_runtime_without_threads", || {
            atexit::set_deadline(Some(Duration::from_millis(500)));
            BY_A_SINGLE_THREAD.set("never printed").unwrap();
            SINGLE.block_on(async { atexit::exit(3) });
        })
        .test(
            "nobody_drives_a_timer_of_a_runtime_in_a_static_that_the_exiting_thread_was_running",
            |program| {
                let handler = "runtimes::by_a_single_thread (tests/other_crates/runtimes.rs:N)";
                is_cut_short(&program.run()?, "", handler)
            },
        ),
        scenario("exit_in_a_runtime_leaves_its_threads_to_a_future", || {
            #[tokio::main]
            async fn main() {
                keep_handle();
                atexit::exit(3)
            }

            main();
        })
        .prints("waits closed")
        .exits(3),
        scenario("a_runtime_that_main_has_dropped_drives_no_timer", || {
            #[tokio::main]
            async fn main() {
                keep_handle();
            }

            main();
        })
        .prints("waits ")
        .panics()
        .reports(panicked!("runtimes::by_a_handle (tests/other_crates/runtimes.rs:N)")),
        helper("exiting_in_the_one_thread_of_a_runtime", || {
            #[tokio::main(flavor = "current_thread")]
            async fn main() {
                atexit::set_deadline(Some(Duration::from_millis(500)));
                keep_handle();
                atexit::exit(3)
            }

            main();
        })
        .test("nobody_drives_a_timer_of_a_runtime_whose_one_thread_exits", |program| {
            let handler = "runtimes::by_a_handle (tests/other_crates/runtimes.rs:N)";
            // On Windows, `exit` runs the handlers before what flushes standard output.
            is_cut_short(&program.run()?, if cfg!(windows) { "" } else { "waits " }, handler)
        }),
    ]
}
