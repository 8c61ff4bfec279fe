use atexit::atexit;


// Wrong: none.
#[atexit(args())]
fn part(name: &str) {
    println!("{name}");
}

// Wrong: too few.
#[atexit(args("Donny"))]
fn greet(name: &str, times: u32) {
    println!("{name} {times}");
}

// Wrong: too many.
#[atexit(args("Donny", 3, 4))]
fn meet(name: &str, times: u32) {
    println!("{name} {times}");
}

fn main() {
    part("Donny");
    greet("Donny", 3);
    meet("Donny", 3);
}
