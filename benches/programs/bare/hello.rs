//! The program that links none of the crates.

fn main() {
    println!("Hello, world!");
}
