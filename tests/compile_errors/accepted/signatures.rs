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

fn main() {
    assert_eq!(atexit::count(), 19);
    // One of them aborts.
    assert_eq!(atexit::clear(), 19);
}
