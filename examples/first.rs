//! The program on the first page of the documentation: one handler by attribute, one by call.

use atexit::atexit;

#[atexit]
fn goodbye() {
    println!("Goodbye, world!");
}

fn main() {
    atexit::register(|| println!("Closing the log."));
    println!("Program is running...");
}
