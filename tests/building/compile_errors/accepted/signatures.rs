//! Whatever a function may take and return.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::process::ExitCode;

use atexit::{Outcome, atexit};

type Nothing = ();

#[atexit]
fn unit() -> () {}

#[atexit]
fn alias() -> Nothing {}

#[atexit]
fn status() -> ExitCode {
    ExitCode::SUCCESS
}

#[atexit]
fn result() -> Result<(), Box<dyn Error + Send + 'static>> {
    Ok(())
}

struct Unimportant;

impl Outcome for Unimportant {
    fn into_error(self) -> Option<String> {
        None
    }
}

#[atexit]
fn own() -> Unimportant {
    Unimportant
}

#[atexit(thread)]
fn own_on_thread() -> Result<Unimportant, String> {
    Ok(Unimportant)
}

#[atexit]
fn nested() -> Result<Result<ExitCode, u8>, std::io::Error> {
    Ok(Ok(ExitCode::SUCCESS))
}

#[atexit]
fn qualified() -> <Vec<Result<(), String>> as IntoIterator>::Item {
    Ok(())
}

#[atexit]
fn with_block_in_type() -> Result<(), [u8; { const N: usize = 3; N }]>
where
    Nothing: Copy,
{
    Ok(())
}

#[atexit]
fn some_outcome() -> impl Outcome {}

#[atexit(args(3))]
fn some_outcome_of(times: u32) -> impl Outcome + Send {
    if times == 3 { Ok(()) } else { Err(times) }
}

#[atexit]
fn infallible() -> Result<(), Infallible> {
    Ok(())
}

#[atexit(priority = i32::MIN)]
fn never() -> ! {
    std::process::abort()
}

#[atexit(args("Donny"))]
fn borrows(name: &str) -> Result<(), &str> {
    if name == "Donny" { Ok(()) } else { Err(name) }
}

#[atexit(args((1, [2, 3]), String::new(), 4,))]
fn patterns((first, [second, ..]): (u8, [u8; 2]), mut text: String, _: u32,) {
    text.push_str(&format!("{first}{second}"));
}

#[atexit(args(|x, y| x + y, HashMap::<u8, Vec<u8>>::new(), 1 < 2))]
fn commas_in_arguments(add: fn(u8, u8) -> u8, map: HashMap<u8, Vec<u8>>, less: bool) {
    assert!(less && map.len() + usize::from(add(1, 2)) == 3);
}

#[atexit(args(&mut vec![1], (), None))]
fn lifetimes_that_are_left_out(values: &mut Vec<u8>, _: (), _: Option<&'_ str>) {
    values.clear();
}

#[atexit(args(&|| {}, Box::new(|_| {})))]
fn trait_objects(call: &dyn Fn(), other: Box<dyn for<'a> Fn(&'a str)>) {
    call();
    other("");
}

#[atexit(args(1, 2))]
#[allow(unused_variables)]
fn attributed(#[allow(unused_mut)] mut first: u8, #[cfg(any())] missing: u8, #[cfg(all())] second: u8) {}

#[atexit]
fn not_there(#[cfg(any())] missing: u8) {}

#[atexit(priority = 3, thread)]
fn none_there(#[cfg(any())] missing: u8, #[cfg_attr(all(), cfg(any()))] missing_too: u8) -> Result<(), String> {
    Ok(())
}

#[atexit(args())]
fn not_there_by_condition(#[cfg_attr(all(), cfg(any()))] missing: u8) {}

#[atexit(args(3))]
fn there(#[cfg_attr(any(), cfg(any()))] _: u8) {}

macro_rules! with_condition {
    ($name:ident, $(#[$attribute:meta])*) => {
        #[atexit]
        fn $name($(#[$attribute])* missing: u8) {}
    };
}

with_condition!(not_there_by_a_macro, #[cfg(any())]);

fn main() {
    #[atexit]
    fn not_there_in_a_function(#[cfg(any())] missing: u8) {}

    assert_eq!(atexit::count(), 25);
    // One of them aborts.
    assert_eq!(atexit::clear(), 25);
}
