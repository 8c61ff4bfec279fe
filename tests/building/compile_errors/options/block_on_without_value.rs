use atexit::atexit;

// Wrong: nothing says what drives the future.
#[atexit(block_on)]
async fn alone() {}

// Wrong: likewise.
#[atexit(block_on =, thread)]
async fn before_another() {}

// Wrong: a value stands after `=`.
#[atexit(block_on(pollster::block_on))]
async fn in_parentheses() {}

// Wrong: the next option needs a comma first.
#[atexit(block_on = pollster::block_on thread)]
async fn without_comma() {}

fn main() {}
