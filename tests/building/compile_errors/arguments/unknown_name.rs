use atexit::atexit;


// Wrong: there is no such value.
#[atexit(args(NAME))]
fn greet(name: &str) {
    println!("{name}");
}

fn main() {
    greet("Donny");
}
