use atexit::atexit;

// Wrong: with the same value.
#[atexit(priority = 1, priority = 1)]
fn f0() {}

// Wrong: with others between.
#[atexit(args(1), priority = 3, args(2))]
fn f1(_: u8) {}

// Wrong: the path.
#[atexit(crate = ::atexit, crate = ::atexit)]
fn f2() {}

fn main() {
    f0();
    f1(1);
    f2();
}
