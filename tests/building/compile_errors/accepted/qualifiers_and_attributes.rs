//! Whatever may stand on a function and before its name.

#![deny(warnings)]
#![forbid(unsafe_code)]

use atexit::atexit;

#[atexit]
pub fn public() {}

#[atexit]
pub(crate) fn of_the_crate() {}

#[atexit]
const fn constant() {}

#[atexit]
extern "C" fn for_c() {}

#[atexit]
#[allow(missing_abi)]
extern fn for_c_by_default() {}

#[atexit]
pub const extern "C" fn all_of_them() {}

/// Documented,
#[doc = "in two ways."]
#[atexit]
/// And below.
#[inline(never)]
#[cold]
#[track_caller]
fn documented() {}

#[atexit]
#[must_use = "its error is lost"]
fn must_be_used() -> Result<(), String> {
    Ok(())
}

#[atexit]
#[deprecated = "by something better"]
fn deprecated() {}

#[atexit]
#[cfg_attr(all(), deprecated(since = "1.0.0", note = "by something better"), inline)]
fn deprecated_by_condition() {}

#[atexit]
#[cfg(any())]
fn not_there() {}

#[cfg(any())]
#[atexit]
fn not_there_either() {}

#[atexit]
#[cfg_attr(all(), cfg(any()), inline)]
fn not_there_by_condition() {}

#[atexit]
#[cfg_attr(any(), cfg(any()), deprecated)]
fn there() {}

#[cfg_attr(all(), atexit)]
fn annotated_by_condition() {}

#[atexit] fn one() {} #[atexit] fn line() {}

#[atexit]
fn empty_generics<>() {}

#[atexit]
fn with_where_clause() where u32: Copy, [u8; { const N: usize = 3; N }]: Sized {}

#[atexit]
fn r#fn() {}

#[atexit]
fn unsafe_() {}

#[atexit]
#[atexit(priority = 3)]
fn twice() {}

mod inner {
    pub mod deeper {
        #[atexit::atexit]
        pub(in crate::inner) fn in_a_module() {}

        #[atexit::register]
        fn by_the_other_name() {}
    }
}

fn main() {
    #[atexit]
    fn in_a_function() {}

    {
        #[atexit]
        fn in_a_block() {}
    }

    in_a_function();
    assert_eq!(atexit::count(), 24);
}
