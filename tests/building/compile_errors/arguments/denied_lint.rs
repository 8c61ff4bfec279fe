#![allow(deprecated)]

use atexit::atexit;

#[deprecated]
const OLD: u8 = 1;

#[deprecated]
const OLD_PRIORITY: i32 = 1;

// Wrong: the function denies it.
#[atexit(args(OLD))]
#[deny(deprecated)]
fn f0(_: u8) {}

// Wrong: in its priority, too, and in the attributes of its body.
#[atexit(priority = OLD_PRIORITY)]
fn f1() {
    #![deny(deprecated)]
}

// Wrong: what it forbids can't be allowed again.
#[forbid(deprecated)]
#[atexit(args({
    #[allow(deprecated)]
    let old = OLD;
    old
}))]
fn f2(_: u8) {}

fn main() {
    f0(1);
    f1();
    f2(1);
}
