fn count() -> u32 {
    3
}

struct Secret;

fn save() -> Result<(), Secret> {
    Err(Secret)
}

fn main() {
    // Wrong: a function that returns a number.
    atexit::register(count);
    // Wrong: a closure that returns a number.
    atexit::register(|| 3);
    // Wrong: with arguments.
    atexit::register_with(|times: u32| times, (3,));
    // Wrong: an error that can't be reported.
    atexit::register(save);
}
