//! Passes arguments to handlers, by call and by attribute.
//!
//! In Python, where the decorator can't pass any:
//!
//! ```python
//! import atexit
//!
//! def farewell(name, times):
//!     for _ in range(times):
//!         print(f"Goodbye, {name}!")
//!
//! atexit.register(farewell, "Donny", 2)
//! atexit.register(farewell, times=1, name="Walter")
//! print("Program is running...")
//! ```

use atexit::atexit;

// The attribute evaluates its arguments at exit. Registered before `main` begins, this runs after all that `main`
// registers.
#[atexit(args("Donny", 2))]
fn farewell(name: &str, times: u32) {
    for _ in 0..times {
        println!("Goodbye, {name}!");
    }
}

fn main() {
    // A call evaluates them here, and the handler owns them until it runs.
    let name = String::from("Walter");
    atexit::register_with(|name: String, times| farewell(&name, times), (name, 1));
    println!("Program is running...");
}
