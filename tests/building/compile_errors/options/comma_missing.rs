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

// Wrong: after an option without a value.
#[atexit(thread priority = 3)]
fn f5() {}

// Wrong: before it.
#[atexit(priority = 3 thread)]
fn f6() {}

// Wrong: a semicolon after it.
#[atexit(thread; args(1))]
fn f7(_: u8) {}

// Wrong: after a call.
#[atexit(priority = one() thread)]
fn f8() {}

// Wrong: after generic arguments.
#[atexit(priority = One::<u8, 3>::P thread)]
fn f9() {}

// Wrong: after other ones.
#[atexit(priority = one_of::<u8, 3> crate = ::atexit)]
fn f10() {}

// Wrong: after a type.
#[atexit(priority = 3_u8 as i32 thread)]
fn f11() {}

fn main() {
    f0(1);
    f1();
    f2(1);
    f3();
    f4();
    f5();
    f6();
    f7(1);
    f8();
    f9();
    f10();
    f11();
}
