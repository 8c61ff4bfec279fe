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

#[atexit(priority = Sum::<3, 4>::VALUE)]
fn generic() {}

#[atexit(priority = <Sum<1, { 2 << 3 }> as Between<u8, fn(u8, u8) -> u8>>::VALUE, args(1))]
fn generic_trait(_: u8) {}

#[atexit(args(1), priority = -<<Sum<1, 2> as Between<u8, u8>>::Other as Between<u8, u8>>::VALUE << 1, thread)]
fn nested(_: u8) {}

#[atexit(priority = sum::<Sum<1, 2>, 3>(1, 2) as i32, crate = ::atexit)]
fn generic_call() {}

#[atexit(priority = 1 << 3, args(1))]
fn shift(_: u8) {}

#[atexit(priority = if LATE < 3 { 1 } else if 2 >= LATE { 2 } else { 3 }, thread)]
fn comparison() {}

#[atexit(priority = if 3_u8 as i32 <= LATE && LATE > 3 { 1 } else { 2 }, thread)]
fn comparison_of_a_cast() {}

#[atexit(priority = 3_u8 as Number<i32, u8>, thread)]
fn cast_to_generic() {}

macro_rules! with_priority {
    ($name:ident, $type:ty, $priority:expr, $number:literal, $constant:ident) => {
        #[atexit(priority = <$type>::$constant + $priority + Sum::<$number, 3>::VALUE, thread)]
        fn $name() {}
    };
}

with_priority!(by_a_macro, Sum<1, 2>, Sum::<3, 4>::VALUE, 3, VALUE);

type Number<A, B> = <A as Between<A, B>>::Itself;

struct Sum<const A: i32, const B: i32>;

impl<const A: i32, const B: i32> Sum<A, B> {
    const VALUE: i32 = A + B;
}

trait Between<A, B> {
    type Itself;
    type Other;
    const VALUE: i32 = 3;
}

impl<const A: i32, const B: i32, C, D> Between<C, D> for Sum<A, B> {
    type Itself = Self;
    type Other = i32;
}

impl<A, B> Between<A, B> for i32 {
    type Itself = Self;
    type Other = Self;
}

const fn sum<A, const B: i32>(c: u8, d: u8) -> u8 {
    B as u8 + size_of::<A>() as u8 + c + d
}

fn main() {
    assert_eq!(Sum::<1, 2>::VALUE + <i32 as Between<u8, u8>>::VALUE, 6);
    assert_eq!(atexit::count(), 33);
}
