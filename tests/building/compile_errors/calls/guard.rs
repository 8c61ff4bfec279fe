fn main() {
    // Wrong: a handler without parameters is wanted.
    let _guard = atexit::guard(|times: u32| println!("{times}"));
}
