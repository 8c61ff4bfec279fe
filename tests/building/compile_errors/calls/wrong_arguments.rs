fn greet(name: &str, times: u32) {
    println!("{name} {times}");
}

fn main() {
    // Wrong: too few.
    atexit::register_with(greet, ("Donny",));
    // Wrong: too many.
    atexit::register_with(greet, ("Donny", 3, 4));
    // Wrong: another type.
    atexit::register_with(greet, ("Donny", "three"));
    // Wrong: one argument that is no tuple.
    atexit::register_with(|name: &str| println!("{name}"), "Donny");
    // Wrong: an owned text for a borrowed one.
    atexit::register_with(greet, (String::from("Donny"), 3));
}
