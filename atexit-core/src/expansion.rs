//! What `#[atexit]` expands to, and what that calls. Nothing here is for anyone else, and all of it may change in any
//! version.

pub use core;

pub use ctor::declarative::ctor;

pub use crate::handler::{CrateKey, Described, Function, Record};
use crate::handler::{Declared, Outcome, Returned};
pub use crate::startup::{Collected, call_before_main};

#[doc(inline)]
pub use crate::__atexit_constructor as constructor;
#[doc(inline)]
pub use crate::__atexit_declare as declare;

/// What a function has returned that returns nothing. Not generic, which costs the compiler less.
#[must_use]
pub const fn no_error((): ()) -> Option<Returned> {
    Some(Returned::well())
}

/// What tells whether a value of `T` is an error. Its type is checked where it is named, so that a type which is no
/// [`Outcome`] is underlined where it stands in the user's code.
#[must_use]
pub const fn outcome_of<T: Outcome>() -> fn(T) -> Option<Returned> {
    outcome::<T>
}

/// The same for a type that can't be named, as `impl Outcome`.
pub fn outcome<T: Outcome>(outcome: T) -> Option<Returned> {
    Some(Returned::of(outcome))
}

/// Tells about the annotated function, if that is what a [`Function`] is asked for, and says whether it is.
#[inline]
#[track_caller]
pub fn describe<F: Copy + 'static>(about: Option<&mut Option<Described>>, function: F) -> bool {
    let Some(about) = about else { return false };
    *about = Some(Described::of(function));
    true
}

/// What drives a future of type `F` to its end, as the option `block_on` has it.
///
/// By its supertrait the compiler infers the type of a closure's parameter.
#[diagnostic::on_unimplemented(
    message = "`block_on` can't call `{Self}` with the function's future",
    label = "not a function or closure that takes a future and returns its output",
    note = "write a function such as `block_on = pollster::block_on`, or a closure such as \
            `block_on = |future| RUNTIME.block_on(future)`"
)]
pub trait BlockOn<F: Future>: FnOnce(F) -> F::Output {}

#[diagnostic::do_not_recommend]
impl<F: Future, B: FnOnce(F) -> F::Output> BlockOn<F> for B {}

/// Drives the future of an annotated `async fn`. The future is evaluated first: a `?` in the function's arguments skips
/// the rest, and the type of a closure's parameter is known when the closure is checked.
pub fn block_on<F: Future>(future: F, block_on: impl BlockOn<F>) -> F::Output {
    block_on(future)
}

/// Makes the call of an annotated function on a thread of its own.
#[must_use]
#[inline]
pub fn on_thread(call: fn() -> Option<Returned>) -> Option<Returned> {
    crate::api::on_thread::run_on_thread(Box::new(call))
}

/// Called by the constructor of each annotated function.
pub fn link(record: &'static Record, function: Function, krate: &'static CrateKey, priority: i32, index: u32) {
    crate::pending::link(record, Declared { function, krate, priority, index });
    crate::state::collect_linked();
    crate::startup::arm(|| std::ptr::from_ref(record).addr());
}

/// Makes the static record of an annotated function, and the constructor that links it.
///
/// This is a `macro_rules!` and not part of the procedural macro's output because what it expands to counts as this
/// crate's code: so a crate that forbids `unsafe` can hold it. There is no `#[allow]` in it: such a crate could not
/// hold that.
///
/// What the user wrote stands beside the two statics. Their names are unlikely to clash with the user's; and no method
/// is called, since a trait in scope could have one of that name.
#[doc(hidden)]
#[macro_export]
macro_rules! __atexit_declare {
    ($function:expr, $call:expr, $priority:expr, $index:expr, ($is_program:expr, $package:expr, $version:expr)) => {
        static __ATEXIT_RECORD: $crate::expansion::Record = $crate::expansion::Record::undeclared();

        // The C runtime calls every function in this section before `main`, or when a library is loaded.
        #[used]
        #[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs"))]
        #[cfg_attr(not(any(windows, target_vendor = "apple")), unsafe(link_section = ".init_array"))]
        static __ATEXIT_CONSTRUCTOR: extern "C" fn() = {
            extern "C" fn __atexit_link() {
                $crate::expansion::link(
                    &__ATEXIT_RECORD,
                    |about| {
                        if $crate::expansion::describe(about, $function) {
                            // The same as from most functions, which costs the least.
                            $crate::expansion::no_error(())
                        } else {
                            $call
                        }
                    },
                    // A literal, which costs the compiler less than a call.
                    &$crate::expansion::CrateKey {
                        is_program: $is_program,
                        module_path: $crate::expansion::core::module_path!(),
                        package: $package,
                        version: $version,
                    },
                    $priority,
                    $index,
                );
            }
            __atexit_link
        };
    };
}
