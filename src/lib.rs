#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub use atexit_core::private as __private;
#[cfg(all(unix, feature = "signals"))]
#[doc(inline)]
pub use atexit_core::signals;
#[doc(inline)]
pub use atexit_core::{
    Failure, Guard, Handler, HandlerInfo, Outcome, Registration, clear, count, exit, guard, is_exiting, pending,
    register, register_with, run, set_deadline, set_failure_hook, unregister,
};

/// Declares a function as an exit handler.
///
/// The function is registered before `main` begins, and called once, on the thread that ends the process, in its
/// place among the other handlers. It stays an ordinary function: it can be called, and
/// [`unregister`] takes it back. If it panics or returns `Err`, that is reported, and the others run.
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
/// - `args(…)`: what is passed to a function with parameters. The arguments are expressions. They are evaluated at
///   exit, directly before the call, so they see statics as they are then; they can't see local variables.
/// - `priority = …`: an `i32`, by default 0. A higher priority runs earlier at exit, whatever crate it is in.
/// - `crate = …`: the path of this crate, if it isn't `::atexit`: under another name in `Cargo.toml`, or re-exported.
///
/// ```
/// use atexit::atexit;
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
///
/// static REQUESTS: AtomicU32 = AtomicU32::new(0);
/// const LATE: i32 = -10;
///
/// #[atexit(args("served", REQUESTS.load(Relaxed)), priority = LATE)]
/// fn statistics(what: &str, count: u32) {
///     println!("{what}: {count}");
/// }
/// # fn main() {}
/// ```
///
/// # Order
///
/// Every annotated function counts as registered before `main` begins, so it runs after all that is registered by call.
/// Among annotated functions, registration goes by priority, lower ones first; then the final program comes after the
/// libraries that it uses; then it goes by the name of the crate; then as the source reads from top to bottom.
///
/// Where a macro makes the function, or the module or function around it, write the path out, `#[atexit::atexit]`. A `use`
/// of the attribute that a macro has made is resolved late: the compiler then expands the attributes below it after all
/// others and from bottom to top, and that is their order.
///
/// # What it may stand over
///
/// Any function that is `Send + 'static` as all functions are, and returns an [`Outcome`]: with any visibility and other
/// attributes, `const`, `extern "C"`, in modules, function bodies and macros. Not `async` or `unsafe` functions, nor
/// generic ones. The compiler's error says what to write instead.
///
/// Nor `main`, which would run again. Nor an associated function: inside of an `impl` the attribute can't tell where it stands, and the compiler refuses
/// what it expands to in its own words. Write a function outside that calls it.
///
/// Of a library, the annotated functions are linked as soon as a program uses anything of it; `use library as _;` will do.
#[cfg(feature = "macros")]
pub use atexit_macros::atexit;

/// Declares a function as an exit handler: the attribute [`atexit`](macro@atexit) as Python spells it.
///
/// ```
/// #[atexit::register]
/// fn goodbye() {
///     println!("Goodbye, world!");
/// }
/// # fn main() {}
/// ```
///
/// The function of the same name lives beside it, as `atexit.register` is both in Python.
#[cfg(feature = "macros")]
pub use atexit_macros::register;
