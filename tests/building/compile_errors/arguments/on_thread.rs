use atexit::atexit;


// Wrong: a number for a text.
#[atexit(thread, args(3))]
fn greet(name: &str) {
    println!("{name}");
}

// Wrong: one parameter has no argument.
#[atexit(thread)]
fn meet(name: &str) {
    println!("{name}");
}

// Wrong: an argument too much.
#[atexit(args("Donny"), thread)]
fn part() {}

fn main() {
    greet("Donny");
    meet("Donny");
    part();
}
