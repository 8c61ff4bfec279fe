use atexit::atexit;


// Wrong: a number for a text.
#[atexit(args(3))]
fn greet(name: &str) {
    println!("{name}");
}

// Wrong: the arguments are in another order, which the compiler sees.
#[atexit(args("Donny", 3))]
fn meet(times: u32, name: &str) {
    println!("{name} {times}");
}

// Wrong: an owned text for a borrowed one.
#[atexit(args("Donny".to_owned()))]
fn part(name: &str) {
    println!("{name}");
}

// Wrong: no number, but it is the argument that is said to be wrong.
#[atexit(args(3, "three"))]
fn count(first: u8, second: u8) {
    println!("{first} {second}");
}

fn main() {
    greet("Donny");
    meet(3, "Donny");
    part("Donny");
    count(1, 2);
}
