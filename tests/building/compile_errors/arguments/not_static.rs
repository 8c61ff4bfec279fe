use atexit::atexit;


// Wrong: what is made for the call is gone after it.
#[atexit(args(&String::from("Donny")))]
fn greet(name: &'static str) {
    println!("{name}");
}

fn main() {
    greet("Donny");
}
