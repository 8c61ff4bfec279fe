//! Declares a function by attribute: the decorator's twin.
//!
//! In Python:
//!
//! ```python
//! import atexit
//!
//! @atexit.register
//! def goodbye():
//!     print("Goodbye, world!")
//!
//! print("Program is running...")
//! ```

#[atexit::register]
fn goodbye() {
    println!("Goodbye, world!");
}

fn main() {
    println!("Program is running...");
}
