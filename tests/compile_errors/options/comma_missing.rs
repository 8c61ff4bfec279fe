use atexit::atexit;

// Wrong: between two options.
#[atexit(args(1) priority = 3)]
fn f0(_: u8) {}

// Wrong: in another order.
#[atexit(crate = ::atexit priority = 3)]
fn f1() {}

// Wrong: a semicolon.
#[atexit(args(1); priority = 3)]
fn f2(_: u8) {}

// Wrong: a comma too much.
#[atexit(priority = 3,,)]
fn f3() {}

// Wrong: nothing but a comma.
#[atexit(,)]
fn f4() {}

fn main() {
    f0(1);
    f1();
    f2(1);
    f3();
    f4();
}
