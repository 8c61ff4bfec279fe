fn main() {
    let name = String::from("Donny");
    // Wrong: at exit the name is gone.
    atexit::register(|| println!("{name}"));
}
