#![allow(unreachable_code)]

use std::sync::OnceLock;

use atexit::atexit;

static STATE: OnceLock<String> = OnceLock::new();

macro_rules! leave {
    () => {
        return Some("left".to_owned().into())
    };
}

// Wrong: only `?` on an `Option` leaves the arguments.
#[atexit(args(match STATE.get() { Some(state) => state, None => return }))]
fn without_value(_: &str) {}

// Wrong: likewise.
#[atexit(thread, args(1, if STATE.get().is_none() { return Some("left".into()) } else { 3 }))]
fn with_value(_: u8, _: u8) {}

// Wrong: likewise, where the attribute can't see it.
#[atexit(args(leave!()))]
fn by_a_macro(_: u8) {}

fn main() {}
