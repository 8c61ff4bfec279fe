//! One function, and 1,000 more.

macro_rules! one {
    ($number:expr) => {
        const _: () = {
            #[atexit::atexit]
            fn handler() {
                std::hint::black_box($number);
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
