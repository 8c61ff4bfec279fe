use atexit::atexit;


// Wrong: a number.
#[atexit]
fn count() -> u32 {
    3
}

// Wrong: it would have to say what `None` means.
#[atexit]
fn find() -> Option<()> {
    None
}

// Wrong: a tuple.
#[atexit(args(3), priority = 3)]
fn both(times: u32) -> (u32, u32) {
    (times, times)
}

// Wrong: a type of one's own.
#[atexit]
fn status() -> Status {
    Status
}

struct Status;

fn main() {
    let _ = (count(), find(), both(3), status());
}
