//! What the attribute's expansion calls. Nothing here is for anyone else, and all of it may change in any version.

pub use core;

pub use crate::declared::{CrateName, Declaration, SourceKey};
use crate::handler::Outcome;

#[doc(inline)]
pub use crate::__atexit_declare as declare;

/// What turns a value of `T` into the text of its error. Its type is checked where it is named, so that a type which
/// is no [`Outcome`] is underlined where it stands in the user's code.
#[must_use]
pub const fn outcome_of<T: Outcome>() -> fn(T) -> Option<String> {
    T::into_error
}

/// The same for a type that can't be named, as `impl Outcome`.
pub fn outcome(outcome: impl Outcome) -> Option<String> {
    outcome.into_error()
}

/// Called by the constructor of each annotated function.
pub fn link(declaration: &'static Declaration) {
    declaration.link();
    crate::register::arm();
}

/// Makes the static record of an annotated function, and the constructor that links it.
///
/// This is a `macro_rules!` and not part of the procedural macro's output because what it expands to counts as this
/// crate's code: so a crate that forbids `unsafe` can hold it. There is no `#[allow]` in it: such a crate could not hold
/// that.
#[doc(hidden)]
#[macro_export]
macro_rules! __atexit_declare {
    ($function:expr, $call:expr, $priority:expr, $index:expr) => {
        static DECLARATION: $crate::private::Declaration = $crate::private::Declaration::new(
            $function,
            $call,
            $crate::private::SourceKey {
                priority: $priority,
                in_final_program: $crate::private::core::option_env!("CARGO_BIN_NAME").is_some()
                    || $crate::private::core::cfg!(test),
                crate_name: $crate::private::CrateName($crate::private::core::module_path!()),
                crate_version: $crate::private::core::option_env!("CARGO_PKG_VERSION"),
                index: $index,
            },
        );

        // The C runtime calls every function in this section before `main`, or when a library is loaded.
        #[used]
        #[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs"))]
        #[cfg_attr(not(any(windows, target_vendor = "apple")), unsafe(link_section = ".init_array"))]
        static CONSTRUCTOR: extern "C" fn() = {
            extern "C" fn link() {
                $crate::private::link(&DECLARATION);
            }
            link
        };
    };
}

ctor::declarative::ctor! {
    /// Takes our place in the C runtime's list before `main` does anything.
    #[ctor(unsafe)]
    fn arm() {
        crate::register::arm();
    }
}
