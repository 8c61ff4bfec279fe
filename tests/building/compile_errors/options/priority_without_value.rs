use atexit::atexit;

// Wrong: nothing behind it.
#[atexit(priority)]
fn f0() {}

// Wrong: nothing behind the sign.
#[atexit(priority =)]
fn f1() {}

// Wrong: a comma behind the sign.
#[atexit(priority =, crate = ::atexit)]
fn f2() {}

// Wrong: parentheses.
#[atexit(priority(3))]
fn f3() {}

// Wrong: a string in parentheses.
#[atexit(priority("high"))]
fn f4() {}

// Wrong: another sign.
#[atexit(priority: 3)]
fn f5() {}

// Wrong: two signs.
#[atexit(priority == 3)]
fn f6() {}

fn main() {
    f0();
    f1();
    f2();
    f3();
    f4();
    f5();
    f6();
}
