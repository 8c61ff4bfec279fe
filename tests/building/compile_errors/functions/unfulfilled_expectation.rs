#![deny(unfulfilled_lint_expectations)]

use atexit::atexit;

// Wrong: everything of the function is there to be seen.
#[atexit]
#[expect(unused_variables)]
fn f0() {}

// Wrong: what it returns is, too.
#[expect(deprecated, reason = "it was")]
#[atexit(thread, args())]
fn f1() -> Result<(), String> {
    Ok(())
}

// Wrong: that of a statement is about nothing else.
#[atexit(args(1))]
fn f2(_: u8) {
    #[expect(unused_variables)]
    let _ = 1;
}

fn main() {
    f0();
    let _ = f1();
    f2(1);
}
