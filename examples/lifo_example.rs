//! Last registered, first run.
//!
//! In Python:
//!
//! ```python
//! import atexit
//!
//! @atexit.register
//! def first():
//!     print("First registered, runs last")
//!
//! @atexit.register
//! def second():
//!     print("Second registered, runs first")
//!
//! print("Program is running...")
//! ```

use atexit::atexit;

#[atexit]
fn first() {
    println!("First registered, runs last");
}

#[atexit]
fn second() {
    println!("Second registered, runs first");
}

fn main() {
    println!("Program is running...");
}
