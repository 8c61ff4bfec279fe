use atexit::atexit;

// Wrong: a truth value.
#[atexit(thread = true)]
fn f0() {}

// Wrong: nothing behind the sign.
#[atexit(thread =)]
fn f1() {}

// Wrong: a name in parentheses, beside another option.
#[atexit(thread("cleanup"), priority = 3)]
fn f2() {}

// Wrong: empty parentheses.
#[atexit(priority = 3, thread())]
fn f3() {}

// Wrong: another sign.
#[atexit(thread: true)]
fn f4() {}

// Wrong: a path.
#[atexit(thread::spawn)]
fn f5() {}

// Wrong: a literal.
#[atexit(thread "cleanup")]
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
