use std::future::Future;
use std::mem;

use atexit::atexit;

struct Runtime;

impl Runtime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        pollster::block_on(future)
    }
}

static RUNTIME: Runtime = Runtime;

// Wrong: it can't be called.
#[atexit(block_on = RUNTIME)]
async fn by_a_runtime() {}

// Wrong: likewise.
#[atexit(block_on = 3, thread)]
async fn by_a_number() -> Result<(), String> {
    Ok(())
}

// Wrong: it returns something else than the future's output.
#[atexit(block_on = mem::drop)]
async fn by_dropping_it() -> Result<(), String> {
    Ok(())
}

// Wrong: likewise.
#[atexit(block_on = |_future| 3)]
async fn by_a_closure() {}

// Wrong: it takes no future.
#[atexit(args(3), block_on = || 3)]
async fn by_a_closure_without_parameter(_: u8) {}

// Wrong: it takes something else.
#[atexit(block_on = by_length)]
async fn by_another_function() {}

fn by_length(_: &str) {}

// Wrong: a method has to be called.
#[atexit(block_on = RUNTIME.block_on)]
async fn by_a_method() {}

// Wrong: it takes the runtime, too.
#[atexit(block_on = Runtime::block_on)]
async fn by_the_path_of_a_method() {}

// Wrong: there is none of that name.
#[atexit(block_on = pollster::drive)]
async fn by_nothing() {}

fn main() {
    RUNTIME.block_on(by_a_runtime());
}
