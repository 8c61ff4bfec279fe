//! Takes handlers back.
//!
//! In Python, where only the function says which registrations are meant:
//!
//! ```python
//! import atexit
//!
//! def rollback(step):
//!     print(f"Rolling back step {step}")
//!
//! def goodbye():
//!     print("Goodbye, world!")
//!
//! atexit.register(goodbye)
//! atexit.register(rollback, 1)
//! atexit.register(rollback, 2)
//! print("Program is running...")
//! atexit.unregister(rollback)
//! ```

fn rollback(step: u32) {
    println!("Rolling back step {step}");
}

fn goodbye() {
    println!("Goodbye, world!");
}

fn main() {
    atexit::register(goodbye);
    atexit::register_with(rollback, (1,));
    let second = atexit::register_with(rollback, (2,));
    println!("Program is running...");

    // One registration, by what `register` returned: true, since it was still pending.
    assert!(second.unregister());
    assert!(!second.is_pending());

    // Every registration of a function that is left, whatever its arguments: one.
    assert_eq!(atexit::unregister(rollback), 1);
    assert_eq!(atexit::count(), 1);
}
