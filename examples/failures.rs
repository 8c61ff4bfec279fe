//! Handlers that fail: each failure is reported on standard error with the handler's name and place, the others run,
//! and the exit status stays what it was.
//!
//! In Python:
//!
//! ```python
//! import atexit
//!
//! def last():
//!     print("The others run all the same.")
//!
//! def save():
//!     open("/no/such/folder/state", "w")
//!
//! def divide():
//!     print(1 // 0)
//!
//! atexit.register(last)
//! atexit.register(save)
//! atexit.register(divide)
//! print("Program is running...")
//! ```

use std::fs::File;
use std::io;

fn last() {
    println!("The others run all the same.");
}

// Returns an error: `atexit: handler failures::save (…) failed: Os { code: 2, … }`.
fn save() -> io::Result<()> {
    File::create("/no/such/folder/state")?;
    Ok(())
}

// Panics: `atexit: handler failures::divide (…) panicked`, below what the panic itself prints.
fn divide() {
    let zero = std::env::args().skip(1).count();
    println!("{}", 1 / zero);
}

fn main() {
    atexit::register(last);
    atexit::register(save);
    atexit::register(divide);
    println!("Program is running...");
}
