use atexit::atexit;

// Wrong: by one.
#[atexit(priority = 2147483648)]
fn f0() {}

// Wrong: by one, below.
#[atexit(priority = -2_147_483_649)]
fn f1() {}

// Wrong: in another base.
#[atexit(priority = 0xFFFF_FFFF)]
fn f2() {}

// Wrong: by far.
#[atexit(priority = 99999999999999999999999999999999999999999999)]
fn f3() {}

fn main() {
    f0();
    f1();
    f2();
    f3();
}
