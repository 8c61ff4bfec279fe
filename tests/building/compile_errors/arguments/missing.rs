use atexit::atexit;


// Wrong: one parameter.
#[atexit]
fn greet(name: &str) {
    println!("{name}");
}

// Wrong: another option doesn't give it.
#[atexit(priority = 3)]
fn meet(name: &str, (first, second): (u8, u8)) {
    println!("{name} {first} {second}");
}

fn main() {
    greet("Donny");
    meet("Donny", (1, 2));
}
