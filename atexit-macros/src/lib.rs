//! The attribute of the crate `atexit`, which re-exports it.
//!
//! Three steps, a file each: `options` parses the attribute's options, `function` parses the annotated function and
//! refuses what can't be a handler, `expand` writes the code. `attributes` tells what the code needs of the function's
//! other attributes, `value` where the value of an option ends, and `leaving` whether a `return` leaves `args(…)`;
//! `krate` finds the name of the crate `atexit`, and `program` tells whether a program is compiled.

mod attributes;
mod expand;
mod function;
mod krate;
mod leaving;
mod options;
mod program;
mod value;

use proc_macro::TokenStream;

/// Runs a function once when the process exits, on the thread that exits, after the handlers that are registered by
/// call.
///
/// The function is registered before `main` begins and runs in its place among the other handlers. It stays an ordinary
/// function: it can be called, and `atexit::unregister` removes it. If it panics or returns `Err`, that is reported,
/// and the other handlers run.
///
/// ```
/// use atexit::atexit;
///
/// #[atexit]
/// fn goodbye() {
///     println!("Goodbye, world!");
/// }
/// # fn main() {}
/// ```
///
/// # Options
///
/// In parentheses, in any order:
///
/// - `args(…)`: the arguments for a function with parameters. They are expressions, evaluated at exit directly before
///   the call: they see statics as they are then, and no local variables. If a `?` in them is applied to `None`, the
///   function isn't called. See [below](#skipping-the-function).
/// - `priority = …`: an `i32`, by default 0. A higher priority runs earlier at exit, whatever crate it is in.
/// - `thread`: runs the function on a fresh thread, whose `thread_local!`s work, and waits for it. See
///   `atexit::on_thread`.
/// - `block_on = …`: a function or closure that polls the future of an `async fn` to completion. Implies `thread`. See
///   [below](#async-functions).
/// - `crate = …`: the path of this crate, where the attribute can't find it. See [below](#the-path-of-this-crate).
///
/// ```
/// use atexit::atexit;
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
///
/// static REQUESTS: AtomicU32 = AtomicU32::new(0);
/// const LATE: i32 = -10;
///
/// #[atexit(args("served", REQUESTS.load(Relaxed)), priority = LATE, thread)]
/// fn statistics(what: &str, count: u32) {
///     println!("{what}: {count}");
/// }
/// # fn main() {}
/// ```
///
/// # Skipping the function
///
/// Annotated functions run even if `main` ended early, when there may be nothing to clean up. Write `?` on an `Option`
/// in `args(…)`. If it is `None`, what follows isn't evaluated and the function isn't called. It is no longer pending,
/// no failure is reported, and `ATEXIT_TRACE=1` shows it as skipped.
///
/// ```
/// use std::sync::{Mutex, OnceLock};
///
/// use atexit::atexit;
///
/// static STATE: OnceLock<Mutex<String>> = OnceLock::new();
///
/// // Saves only what was loaded.
/// #[atexit(args(STATE.get()?))]
/// fn save(state: &Mutex<String>) {
///     println!("saving {}", state.lock().unwrap());
/// }
/// # fn main() {}
/// ```
///
/// Only `?` on an `Option` is allowed there. For a `Result`, write `.ok()?`. A `return` is an error. For an `Arc` or a
/// lock guard, write `&*x?`. Temporaries in the arguments, such as a lock guard, live until the function returns.
///
/// Don't get an `atexit::Lazy` there to clean it up: annotated functions run after the values that `main` created are
/// dropped, and `get` also creates the value in a handler. Implement `Drop` for its value.
///
/// # `async` functions
///
/// No executor runs at exit. `block_on` takes a function or closure that polls the future to completion and returns its
/// output: a path, a closure or any other expression. A method needs a closure. The expression is evaluated at exit,
/// after the arguments. A `?` in it also skips the function, and drops the arguments. In the body of the closure, `?`
/// doesn't skip the function: write a block instead.
///
/// ```
/// # mod pollster {
/// #     pub fn block_on<F: Future>(future: F) -> F::Output {
/// #         match std::pin::pin!(future).poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
/// #             std::task::Poll::Ready(output) => output,
/// #             std::task::Poll::Pending => panic!("it is ready"),
/// #         }
/// #     }
/// # }
/// # struct Runtime;
/// # impl Runtime {
/// #     fn new() -> std::io::Result<Self> { Ok(Self) }
/// #     fn block_on<F: Future>(&self, future: F) -> F::Output { pollster::block_on(future) }
/// # }
/// # type Handle = Runtime;
/// use std::io;
/// use std::sync::{LazyLock, OnceLock};
///
/// use atexit::atexit;
///
/// #[atexit(block_on = pollster::block_on)]
/// async fn say_goodbye() {
///     println!("Goodbye, world!");
/// }
///
/// // With tokio: in a static, since the runtime of `#[tokio::main]` is dropped before handlers run.
/// static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
///
/// #[atexit(block_on = |future| RUNTIME.block_on(future))]
/// async fn close() -> io::Result<()> {
///     Ok(())
/// }
///
/// // With `#[tokio::main]`: a `Handle` that `main` has stored, which works after `exit` or a signal.
/// static HANDLE: OnceLock<Handle> = OnceLock::new();
///
/// #[atexit(block_on = { let handle = HANDLE.get()?; move |future| handle.block_on(future) })]
/// async fn disconnect() {}
/// # fn main() {}
/// ```
///
/// The function stays an ordinary `async fn`. As with `thread`, arguments, `block_on` and the future are evaluated on a
/// fresh thread, so none of them needs to be `Send`; where there are no threads, as on WASI, they are evaluated in
/// place. A future that never ends is waited for, unless `atexit::set_deadline` bounds that. Which runtimes still work
/// at exit is in the guide, on the page "Writing handlers".
///
/// To do this by call, write `atexit::register(atexit::on_thread(|| pollster::block_on(close())))`. Reports then name
/// the closure, and `atexit::unregister(close)` doesn't find it. Keep the `Registration` to unregister it.
///
/// # The path of this crate
///
/// The attribute refers to this crate as `::atexit`, or by the name that the `Cargo.toml` of the crate being compiled
/// gives it, as in `exit_hooks = { package = "atexit", version = "0.1" }`. It can't resolve a name inherited from a
/// workspace, choose among several, or follow the path through another crate that re-exports this one. The compiler
/// then says:
///
/// ```text
/// could not find `atexit` in the list of imported crates
/// ```
///
/// Write the path in the option `crate`, which always wins:
///
/// ```
/// # mod facade {
/// #     pub use atexit;
/// # }
/// use facade::atexit::atexit;
///
/// #[atexit(crate = facade::atexit)]
/// fn goodbye() {
///     println!("Goodbye, world!");
/// }
/// # fn main() {}
/// ```
///
/// # Order
///
/// Annotated functions count as registered before `main` begins, so they run after everything that is registered by
/// call. Among annotated functions, registration goes by priority, lower ones first; then the final program comes
/// after the libraries that it uses; then it goes by the name of the crate; then as the source reads from top to
/// bottom.
///
/// Where a macro makes the function, or the module or function around it, write the path out: `#[atexit::atexit]`. A
/// `use` of the attribute that a macro has made is resolved late: the compiler then expands the attributes below it
/// after all others and from bottom to top, and that is their order.
///
/// # What it can annotate
///
/// Any function that returns an `atexit::Outcome`: with any visibility and other attributes, with lifetime parameters,
/// `const`, `extern "C"`, in modules, function bodies and macros; `async` with `block_on`. Not `unsafe`
/// functions, nor those with type or const parameters. The compiler's error says what to write instead.
///
/// It refuses `main`, which would run again, and methods and associated functions. One without `self` looks like any
/// other function, so the attribute can't tell, and the compiler refuses in its own words:
///
/// ```text
/// enum is not supported in `trait`s or `impl`s
/// ```
///
/// Annotate a function outside the `impl` that calls it.
///
/// Parameters may be there under a condition, as in `#[cfg(unix)] path: &str`. How many arguments there have to be is
/// then for the compiler to say.
///
/// # Lints
///
/// `#[allow]`, `#[warn]`, `#[deny]`, `#[forbid]` and `#[expect]` on the function also apply to its options:
///
/// ```
/// # #![deny(deprecated, unfulfilled_lint_expectations)]
/// use atexit::atexit;
/// # #[deprecated]
/// # const OLD_NAME: &str = "Donny";
///
/// #[atexit(args(OLD_NAME))]
/// #[expect(deprecated)]
/// fn goodbye(name: &str) {
///     println!("Goodbye, {name}!");
/// }
/// # fn main() {}
/// ```
///
/// Where `args(…)`, `priority`, `block_on` or `crate` is given, `#[expect]` on the function works as `#[allow]`,
/// and the compiler doesn't report that it is unfulfilled.
///
/// # Libraries
///
/// The annotated functions of a library are linked as soon as a program uses anything of it; `use library as _;` is
/// enough.
#[doc(alias(
    "on_exit",
    "at_exit",
    "onexit",
    "dtor",
    "destructor",
    "finalizer",
    "exit_handler",
    "hook",
    "shutdown_hook",
    "addShutdownHook",
    "shutdown",
    "cleanup",
    "teardown",
    "process exit",
    "decorator"
))]
#[proc_macro_attribute]
pub fn atexit(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute("atexit", options.into(), &item.into()).into()
}

/// Runs a function once when the process exits, on the thread that exits: the attribute [`#[atexit]`](macro@atexit) as
/// Python spells it.
///
/// It takes the same options, in parentheses and in any order: `args(…)` for a function with parameters,
/// `priority = …` to run earlier or later, `thread` and `block_on = …` to run on a thread of its own, `crate = …` for
/// the path of this crate. See [there](macro@atexit#options).
///
/// ```
/// #[atexit::register]
/// fn goodbye() {
///     println!("Goodbye, world!");
/// }
/// # fn main() {}
/// ```
///
/// There is also a function of this name: in Python, `atexit.register` is both.
#[proc_macro_attribute]
pub fn register(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute("atexit::register", options.into(), &item.into()).into()
}
