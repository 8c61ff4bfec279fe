use atexit::atexit;

// Wrong: with the same value.
#[atexit(priority = 1, priority = 1)]
fn f0() {}

// Wrong: with others between.
#[atexit(args(1), priority = 3, args(2))]
fn f1(_: u8) {}

// Wrong: the path.
#[atexit(crate = ::atexit, crate = ::atexit)]
fn f2() {}

// Wrong: the word.
#[atexit(thread, thread)]
fn f3() {}

// Wrong: the word, with another option between.
#[atexit(thread, priority = 3, thread)]
fn f4() {}

// Wrong: only one of them could drive it.
#[atexit(block_on = pollster::block_on, block_on = pollster::block_on)]
async fn driven_twice() {}

fn main() {
    f0();
    f1(1);
    f2();
    f3();
    f4();
}
