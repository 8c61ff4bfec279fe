use atexit::atexit;


// Wrong: one that a parameter names.
#[atexit(args("Donny"))]
fn greet<'a>(name: &'a str) -> Result<(), &'a str> {
    Err(name)
}

// Wrong: two, with a bound.
#[atexit(args("Donny", "Walter"))]
fn meet<'a, 'b: 'a>(name: &'a str, other: &'b str) {
    println!("{name}, {other}");
}

fn main() {
    let _ = greet("Maude");
    meet("Maude", "Jeffrey");
}
