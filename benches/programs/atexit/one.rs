//! One function.

#[macro_use]
#[path = "each.rs"]
mod each;

one!(1000);

fn main() {
    println!("Hello, world!");
}
