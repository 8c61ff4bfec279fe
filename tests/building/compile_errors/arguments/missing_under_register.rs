
// Wrong: what to write has the name that was written.
#[atexit::register]
fn greet(name: &str) {
    println!("{name}");
}

fn main() {
    greet("Donny");
}
