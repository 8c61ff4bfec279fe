fn main() {
    // Wrong: what the exit drops is in a static.
    atexit::Lazy::new(|| String::from("Donny")).get();
}
