//! `?` in `args(…)`, in every form, and what looks as if it left them.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use atexit::{Outcome, atexit};

static NAME: OnceLock<String> = OnceLock::new();
static NAMES: OnceLock<Mutex<HashMap<u8, String>>> = OnceLock::new();

#[atexit(args(NAME.get()?))]
fn borrowed(_: &str) {}

#[atexit(args(NAME.get()?), thread)]
fn on_a_thread(_: &str) -> Result<(), String> {
    Ok(())
}

#[atexit(args(NAME.get()?), block_on = pollster::block_on)]
async fn driven(_: &str) -> Result<(), &str> {
    Ok(())
}

#[atexit(args(NAMES.get()?.lock().ok()?.get(&3)?, 3))]
fn locked<'a>(name: &'a str, _: u8) -> Result<(), &'a str> {
    if name.is_empty() { Ok(()) } else { Err(name) }
}

#[atexit(args(&mut *NAMES.get()?.lock().ok()?))]
fn changed(_: &mut HashMap<u8, String>) -> impl Outcome {}

#[atexit(args(NAME.get()?.parse().ok()?))]
fn parsed(_: u8) {}

#[atexit(args(if NAME.get()?.is_empty() { None? } else { 3 }))]
fn conditional(_: u8) {}

#[atexit(args(NAME.get()?), priority = i32::MIN)]
fn never(_: &str) -> ! {
    std::process::abort()
}

#[atexit(args((|name: &str| { if name.is_empty() { return 3; } 4 })(NAME.get()?)))]
fn with_a_closure(_: u8) {}

#[atexit(args({ fn three() -> u8 { #[allow(clippy::needless_return)] return 3; } three() }, NAME.get()?))]
fn with_a_function(_: u8, _: &str) {}

macro_rules! with {
    ($name:ident, $argument:expr) => {
        #[atexit(args($argument, NAME.get()?))]
        fn $name(_: &str, _: &str) {}
    };
}

with!(by_a_macro, NAME.get()?);

fn main() {
    assert_eq!(atexit::count(), 11);
}
