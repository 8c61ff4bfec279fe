use atexit::atexit;


use std::fmt::Debug;

// Wrong: a type.
#[atexit(args("Donny"))]
fn show<T: Debug>(value: T) {
    println!("{value:?}");
}

// Wrong: a constant.
#[atexit]
fn repeat<const TIMES: usize>() {}

// Wrong: a lifetime among others, with a default that has angle brackets itself.
#[atexit]
fn both<'a, F: FnOnce(&'a str) -> Option<Vec<u8>>>() {}

fn main() {
    show(1);
    repeat::<3>();
    both::<fn(&str) -> Option<Vec<u8>>>();
}
