fn main() {
    // Wrong: a text can't be called.
    atexit::register("goodbye");
}
