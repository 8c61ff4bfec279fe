use atexit::atexit;

// Wrong: nothing behind it.
#[atexit(args)]
fn f0(_: u8) {}

// Wrong: nothing behind it, but a comma.
#[atexit(args, priority = 3)]
fn f1(_: u8) {}

// Wrong: a value.
#[atexit(args = 3)]
fn f2(_: u8) {}

// Wrong: a tuple as value.
#[atexit(args = (3,))]
fn f3(_: u8) {}

// Wrong: brackets.
#[atexit(args[3])]
fn f4(_: u8) {}

// Wrong: braces.
#[atexit(args { 3 })]
fn f5(_: u8) {}

fn main() {
    f0(1);
    f1(1);
    f2(1);
    f3(1);
    f4(1);
    f5(1);
}
