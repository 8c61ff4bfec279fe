fn bye() {}

fn main() {
    // Wrong: the function is called here instead of being passed.
    atexit::register(bye());
}
