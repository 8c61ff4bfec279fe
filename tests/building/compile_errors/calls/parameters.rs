fn greet(name: &str) {
    println!("{name}");
}

fn main() {
    // Wrong: nothing says what the name is.
    atexit::register(greet);
    // Wrong: the same of a closure.
    atexit::register(|times: u32| println!("{times}"));
}
