use atexit::atexit;


use std::fmt::Display;

// Wrong: the parameter is generic.
#[atexit(args("Donny"))]
fn show(value: impl Display) {
    println!("{value}");
}

// Wrong: the same, deeper in the type.
#[atexit(args("Donny", vec![1]))]
fn show_all(_name: &str, values: Vec<impl Display>) {
    drop(values);
}

fn main() {
    show(1);
    show_all("Walter", vec![1]);
}
