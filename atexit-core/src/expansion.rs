//! What `#[atexit]` expands to, and what that calls. Nothing here is for anyone else, and all of it may change in any
//! version.

pub use core;

// Named by a hidden method of a public trait.
pub use crate::handler::Identity;
use crate::handler::Outcome;
pub use crate::pending::{About, CrateKey, Function, Record};

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

/// What a [`Function`] does: calls the annotated function, or tells about it.
#[inline]
#[track_caller]
pub fn call_or_tell<F: Copy + 'static>(
    about: Option<&mut Option<About>>,
    function: F,
    call: impl FnOnce() -> Option<String>,
) -> Option<String> {
    match about {
        Some(about) => {
            *about = Some(About::of(function));
            None
        }
        None => call(),
    }
}

/// Makes the call of an annotated function on a thread of its own.
#[must_use]
pub fn on_thread(call: fn() -> Option<String>) -> Option<String> {
    crate::on_thread::lend(call)
}

/// Whether a crate is the final program: cargo names binaries and examples, tests are built as such, and what is
/// neither named nor built so is known by the name of the crate.
#[must_use]
pub const fn is_final_program(binary: Option<&str>, is_test: bool, module_path: &str) -> bool {
    binary.is_some()
        || is_test
        || starts_with(module_path, "build_script_")
        || starts_with(module_path, "doctest_bundle_")
        || starts_with(module_path, "rust_out")
}

/// `str::starts_with` at compile time.
const fn starts_with(text: &str, start: &str) -> bool {
    match text.as_bytes().split_at_checked(start.len()) {
        Some((mut text, _)) => {
            let mut start = start.as_bytes();
            while let ([a, rest_of_text @ ..], [b, rest_of_start @ ..]) = (text, start) {
                if *a != *b {
                    return false;
                }
                (text, start) = (rest_of_text, rest_of_start);
            }
            true
        }
        None => false,
    }
}

/// Called by the constructor of each annotated function.
pub fn link(record: &'static Record) {
    record.link();
    crate::setup::arm();
}

/// Makes the static record of an annotated function, and the constructor that links it.
///
/// This is a `macro_rules!` and not part of the procedural macro's output because what it expands to counts as this
/// crate's code: so a crate that forbids `unsafe` can hold it. There is no `#[allow]` in it: such a crate could not
/// hold that.
///
/// What the user wrote stands beside the two statics, so their names are such as nobody else gives. And it is no method
/// that is called here, since a trait of the user's could have one of that name.
#[doc(hidden)]
#[macro_export]
macro_rules! __atexit_declare {
    ($function:expr, $call:expr, $priority:expr, $index:expr) => {
        // By itself, so that the compiler's error about its type is about nothing else.
        const __ATEXIT_PRIORITY: $crate::expansion::core::primitive::i32 = $priority;
        static __ATEXIT_RECORD: $crate::expansion::Record = $crate::expansion::Record::new(
            |about| $crate::expansion::call_or_tell(about, $function, $call),
            &$crate::expansion::CrateKey::new(
                $crate::expansion::is_final_program(
                    $crate::expansion::core::option_env!("CARGO_BIN_NAME"),
                    $crate::expansion::core::cfg!(test),
                    $crate::expansion::core::module_path!(),
                ),
                $crate::expansion::core::module_path!(),
                $crate::expansion::core::option_env!("CARGO_PKG_VERSION"),
                $crate::expansion::core::option_env!("CARGO_PKG_NAME"),
            ),
            __ATEXIT_PRIORITY,
            $index,
        );

        // The C runtime calls every function in this section before `main`, or when a library is loaded.
        #[used]
        #[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs"))]
        #[cfg_attr(not(any(windows, target_vendor = "apple")), unsafe(link_section = ".init_array"))]
        static __ATEXIT_CONSTRUCTOR: extern "C" fn() = {
            extern "C" fn link() {
                $crate::expansion::link(&__ATEXIT_RECORD);
            }
            link
        };
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_cargo_does_not_name_are_known_by_their_crates() {
        for program in
            ["build_script_build", "build_script_main::module", "doctest_bundle_2024::__doctest_1", "rust_out"]
        {
            assert!(is_final_program(None, false, program), "{program}");
        }
        for library in ["build", "rust", "building_script_", "doctest"] {
            assert!(!is_final_program(None, false, library), "{library}");
            assert!(is_final_program(None, true, library) && is_final_program(Some("name"), false, library));
        }
    }
}
