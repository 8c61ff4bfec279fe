//! Registers a function by call.
//!
//! In Python:
//!
//! ```python
//! import atexit
//!
//! def goodbye():
//!     print("Goodbye, world!")
//!
//! atexit.register(goodbye)
//! print("Program is running...")
//! ```

fn goodbye() {
    println!("Goodbye, world!");
}

fn main() {
    atexit::register(goodbye);
    println!("Program is running...");
}
