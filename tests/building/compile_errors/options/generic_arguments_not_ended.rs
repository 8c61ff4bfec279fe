use atexit::atexit;

struct One<T, const N: i32>(T);

impl<T, const N: i32> One<T, N> {
    const P: i32 = N;
}

// Wrong: before an option.
#[atexit(priority = One::<u8, 3::P, thread)]
fn f0() {}

// Wrong: the outer ones.
#[atexit(priority = One::<One<u8, 3>, 3::P)]
fn f1() {}

// Wrong: at the end.
#[atexit(priority = <)]
fn f2() {}

// Wrong: of a path.
#[atexit(crate = atexit::<u8, thread)]
fn f3() {}

// Wrong: none at all, but after a type they would be some.
#[atexit(priority = 3 as u8 < 4, thread)]
fn f4() {}

// Wrong: ended twice.
#[atexit(priority = One::<u8, 3>>::P)]
fn f5() {}

// Wrong: nothing to take them.
#[atexit(priority = <u8, 3>::P)]
fn f6() {}

fn main() {
    f0();
    f1();
    f2();
    f3();
    f4();
    f5();
    f6();
    assert_eq!(One::<u8, 3>(3).0, 3);
}
