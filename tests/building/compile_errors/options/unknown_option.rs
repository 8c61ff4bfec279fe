use atexit::atexit;

// Wrong: a shorter name.
#[atexit(prio = 3)]
fn f0() {}

// Wrong: no option at all.
#[atexit(3)]
fn f1() {}

// Wrong: a string.
#[atexit("Donny")]
fn f2() {}

// Wrong: the arguments without their option.
#[atexit(("Donny", 3))]
fn f3() {}

// Wrong: the name of a type, in another case.
#[atexit(Args(3))]
fn f4(_: u8) {}

// Wrong: a path.
#[atexit(priority::high)]
fn f5() {}

// Wrong: a longer name.
#[atexit(threads)]
fn f7() {}

// Wrong: a keyword.
#[atexit(fn)]
fn f6() {}

fn main() {
    f0();
    f1();
    f2();
    f3();
    f4(1);
    f5();
    f6();
    f7();
}
