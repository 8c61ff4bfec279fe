use atexit::atexit;


// Wrong: one argument.
#[atexit(args("Donny"))]
fn greet() {}

// Wrong: two, beside another option.
#[atexit(priority = 3, args("Donny", 3))]
fn meet() {}

fn main() {
    greet();
    meet();
}
