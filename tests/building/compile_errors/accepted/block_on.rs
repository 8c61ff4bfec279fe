//! `async` functions of every form, with everything that can drive their futures.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::future::{self, Future};
use std::io;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::{LazyLock, OnceLock};

use atexit::{Outcome, atexit};

#[atexit(block_on = pollster::block_on)]
async fn path() {}

#[atexit(block_on = async_io::block_on,)]
async fn path_with_impl_trait() {}

#[atexit(block_on = |future| pollster::block_on(future))]
async fn closure() {}

#[atexit(block_on = move |future| { pollster::block_on(future) })]
async fn closure_with_block() {}

#[atexit(block_on = |future| -> () { pollster::block_on(future) })]
async fn closure_with_type() {}

struct Runtime;

impl Runtime {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        pollster::block_on(future)
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime);

#[atexit(block_on = |future| RUNTIME.block_on(future))]
async fn method() -> io::Result<()> {
    Ok(())
}

static STARTED: OnceLock<Runtime> = OnceLock::new();

#[atexit(block_on = { let runtime = STARTED.get()?; |future| runtime.block_on(future) })]
async fn block() -> io::Result<()> {
    Ok(())
}

fn driver<F: Future>() -> impl FnOnce(F) -> F::Output {
    |future| pollster::block_on(future)
}

#[atexit(block_on = driver())]
async fn call() {}

#[atexit(block_on = pollster::block_on::<_>)]
async fn generic_arguments() {}

#[atexit(block_on = pollster::block_on, thread)]
async fn with_thread() {}

#[atexit(thread, block_on = pollster::block_on, args("Donny", 3), priority = 2, crate = ::atexit)]
async fn with_every_option(_: &str, _: u8) {}

#[atexit(crate = ::atexit, priority = 2, args("Donny", 3), block_on = pollster::block_on)]
pub(crate) async fn with_every_option_reversed(_: &str, _: u8) -> Result<(), u8> {
    Ok(())
}

#[atexit::register(block_on = pollster::block_on)]
pub async fn by_the_other_name() {}

#[atexit(block_on = pollster::block_on)]
async fn status() -> ExitCode {
    ExitCode::SUCCESS
}

#[atexit(block_on = |future| pollster::block_on(future))]
async fn some_outcome() -> impl Outcome {}

#[atexit(block_on = |future| pollster::block_on(future), priority = i32::MIN)]
async fn never() -> ! {
    std::process::abort()
}

#[atexit(block_on = |future| pollster::block_on(future), args(&String::from("Donny")))]
async fn borrows(name: &str) -> Result<(), &str> {
    future::ready(if name == "Donny" { Ok(()) } else { Err(name) }).await
}

#[atexit(block_on = |future| pollster::block_on(future), args(&String::from("Donny")))]
async fn names_a_lifetime<'a>(name: &'a str) -> Result<(), &'a str> {
    future::ready(if name == "Donny" { Ok(()) } else { Err(name) }).await
}

// What is made on the thread and stays there need not be `Send`.
#[atexit(block_on = pollster::block_on, args(Rc::new(RefCell::new(3))))]
async fn not_send(number: Rc<RefCell<u8>>) -> Result<(), Rc<RefCell<u8>>> {
    future::ready(()).await;
    if *number.borrow() == 3 { Ok(()) } else { Err(number) }
}

macro_rules! handler {
    ($(#[$attribute:meta])* $name:ident, $option:ident = $block_on:expr, $path:path) => {
        $(#[$attribute])*
        #[atexit($option = $block_on)]
        async fn $name() {}

        pub mod $name {
            #[::atexit::atexit(block_on = $path)]
            async fn in_a_module() {}
        }
    };
}

handler!(
    #[doc = "By a macro."]
    by_a_macro, block_on = |future| RUNTIME.block_on(future), pollster::block_on
);

fn main() {
    #[atexit(block_on = pollster::block_on)]
    async fn in_a_function() {}

    assert_eq!(atexit::count(), 22);
    // One of them aborts.
    assert_eq!(atexit::unregister(never), 1);
    // They stay ordinary functions.
    pollster::block_on(async {
        path().await;
        with_every_option("Walter", 1).await;
    });
}
