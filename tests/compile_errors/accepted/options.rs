//! The options, in every order and form.

#![deny(warnings)]
#![forbid(unsafe_code)]

use atexit::atexit;

mod renamed {
    pub use atexit as bye;
}

const LATE: i32 = 1_000;

const fn twice(priority: i32) -> i32 {
    2 * priority
}

#[atexit()]
fn no_option() {}

#[atexit(args())]
fn no_arguments() {}

#[atexit(args(),)]
fn trailing_comma() {}

#[atexit(args(1), priority = 2, crate = ::atexit)]
fn args_priority_crate(_: u8) {}

#[atexit(args(1), crate = ::atexit, priority = 2)]
fn args_crate_priority(_: u8) {}

#[atexit(priority = 2, args(1), crate = ::atexit)]
fn priority_args_crate(_: u8) {}

#[atexit(priority = 2, crate = ::atexit, args(1))]
fn priority_crate_args(_: u8) {}

#[atexit(crate = ::atexit, args(1), priority = 2,)]
fn crate_args_priority(_: u8) {}

#[atexit(crate = ::atexit, priority = 2, args(1,),)]
fn crate_priority_args(_: u8) {}

#[atexit(crate = renamed::bye)]
fn module() {}

#[atexit(crate = crate::renamed::bye, priority = 3)]
fn module_of_this_crate() {}

#[atexit(priority = -2_147_483_648)]
fn lowest() {}

#[atexit(priority = 2147483647)]
fn highest() {}

#[atexit(priority = 0x7FFF_FFFF)]
fn highest_in_another_base() {}

#[atexit(priority = 3i32)]
fn suffix() {}

#[atexit(priority = LATE)]
fn constant() {}

#[atexit(priority = crate::LATE + 1)]
fn path() {}

#[atexit(priority = -LATE - -1)]
fn sign() {}

#[atexit(priority = twice(LATE) / 3)]
fn call() {}

#[atexit(priority = (1 + 2) * 3)]
fn parentheses() {}

#[atexit(priority = if LATE > 3 { 1 } else { 2 })]
fn condition() {}

#[atexit(priority = match LATE { 3 => 1, _ => 2 })]
fn choice() {}

#[atexit(priority = 3u8 as i32)]
fn cast() {}

#[atexit(priority = <i32 as Default>::DEFAULT, crate = atexit)]
fn qualified() {}

trait Default {
    const DEFAULT: Self;
}

impl Default for i32 {
    const DEFAULT: Self = 3;
}

fn main() {
    assert_eq!(atexit::count(), 24);
}
