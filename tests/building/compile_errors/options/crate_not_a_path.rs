use atexit::atexit;

// Wrong: a string.
#[atexit(crate = "atexit")]
fn f0() {}

// Wrong: nothing behind it.
#[atexit(crate)]
fn f1() {}

// Wrong: nothing behind the sign.
#[atexit(crate =)]
fn f2() {}

// Wrong: parentheses.
#[atexit(crate(atexit))]
fn f3() {}

// Wrong: a call.
#[atexit(crate = atexit())]
fn f4() {}

// Wrong: a number.
#[atexit(crate = 3)]
fn f5() {}

fn main() {
    f0();
    f1();
    f2();
    f3();
    f4();
    f5();
}
