use atexit::atexit;

// Wrong: a string.
#[atexit(priority = "high")]
fn f0() {}

// Wrong: a fraction.
#[atexit(priority = 1.5)]
fn f1() {}

// Wrong: a character.
#[atexit(priority = 'c')]
fn f2() {}

// Wrong: a fraction below zero.
#[atexit(priority = -1.5)]
fn f3() {}

// Wrong: a byte.
#[atexit(priority = b'c')]
fn f4() {}

// Wrong: a range.
#[atexit(priority = 1..3)]
fn f5() {}

// Wrong: a truth value.
#[atexit(priority = true)]
fn f6() {}

// Wrong: two numbers.
#[atexit(priority = 1 2)]
fn f7() {}

fn main() {
    f0();
    f1();
    f2();
    f3();
    f4();
    f5();
    f6();
    f7();
}
