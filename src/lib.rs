#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod guide;

#[doc(hidden)]
pub use atexit_core::expansion as __private;
#[cfg(all(unix, feature = "signals"))]
#[doc(inline)]
pub use atexit_core::signals;
#[doc(inline)]
pub use atexit_core::{
    Failure, Guard, Handler, HandlerInfo, OnThread, Outcome, Registration, clear, count, exit, guard,
    install_panic_hook, is_exiting, on_thread, pending, register, register_with, run, set_deadline, set_failure_hook,
    unregister,
};

/// Runs a function when the process exits.
///
/// The function is registered before `main` begins and runs once, on the thread that exits, in its place among the
/// other handlers. It stays an ordinary function: it can be called, and [`unregister`] removes it. If it panics or
/// returns `Err`, that is reported, and the other handlers run.
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
///   the call: they see statics as they are then, and no local variables.
/// - `priority = …`: an `i32`, by default 0. A higher priority runs earlier at exit, whatever crate it is in.
/// - `thread`: runs the function on a fresh thread, whose `thread_local!`s work, and waits for it. See [`on_thread`].
/// - `crate = …`: the path of this crate, if it isn't `::atexit`: under another name in `Cargo.toml`, or re-exported.
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
/// Any function that returns an [`Outcome`]: with any visibility and other attributes, with lifetime parameters,
/// `const`, `extern "C"`, in modules, function bodies and macros. Not `async` or `unsafe` functions, nor those with
/// type or const parameters. The compiler's error says what to write instead.
///
/// It refuses `main`, which would run again, and associated functions: inside an `impl` the attribute can't tell
/// where it is, and the compiler refuses what it expands to in its own words. Annotate a function outside that calls
/// it.
///
/// The annotated functions of a library are linked as soon as a program uses anything of it; `use library as _;` is
/// enough.
#[cfg(feature = "macros")]
pub use atexit_macros::atexit;

/// Runs a function when the process exits: the attribute [`atexit`](macro@atexit) as Python spells it.
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
