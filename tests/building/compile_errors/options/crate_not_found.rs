use atexit::atexit;

// Wrong: no such crate.
#[atexit(crate = ::at_exit)]
fn f0() {}

// Wrong: another crate.
#[atexit(crate = ::std)]
fn f1() {}

// Wrong: no such module.
#[atexit(crate = crate::at_exit)]
fn f2() {}

fn main() {
    f0();
    f1();
    f2();
}
