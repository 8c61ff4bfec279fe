use atexit::atexit;

// Wrong: it would run again at exit.
#[atexit]
fn main() {}
