//! One function, and 1,000 more.

macro_rules! one {
    ($number:expr) => {
        const _: () = {
            extern "C" fn handler() {
                std::hint::black_box($number);
            }

            #[ctor::ctor(unsafe)]
            fn register() {
                // SAFETY: the handler is a function that does not unwind.
                unsafe { libc::atexit(handler) };
            }
        };
    };
}

#[macro_use]
#[path = "../thousand.rs"]
mod thousand;

one!(1000);
thousand!(one);

fn main() {
    println!("Hello, world!");
}
