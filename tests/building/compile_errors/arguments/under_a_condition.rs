use atexit::atexit;

// Wrong: one that is there, without arguments.
#[atexit]
fn f0(#[cfg(all())] _: u8) {}

// Wrong: one of two.
#[atexit(thread)]
fn f1(#[cfg_attr(all(), cfg(all()))] _: u8, #[cfg(any())] _: u8) -> Result<(), u8> {
    Ok(())
}

// Wrong: an argument for one that isn't there.
#[atexit(args(1))]
fn f2(#[cfg(any())] _: u8) {}

// Wrong: two arguments for one.
#[atexit(args(1, 2))]
fn f3(#[cfg(any())] _: u8, _: u8) {}

fn main() {
    f0(1);
    let _ = f1(1);
    f2();
    f3(1);
}
