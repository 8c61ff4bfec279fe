use atexit::atexit;

const LATE: u8 = 200;

fn now() -> i32 {
    3
}

// Wrong: a constant of another type.
#[atexit(priority = LATE)]
fn f0() {}

// Wrong: a suffix of another type.
#[atexit(priority = 3u8)]
fn f1() {}

// Wrong: an expression of another type.
#[atexit(priority = LATE + 1)]
fn f2() {}

// Wrong: not a constant.
#[atexit(priority = now())]
fn f3() {}

fn main() {
    f0();
    f1();
    f2();
    f3();
}
