//! One function.

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

one!(1000);

fn main() {
    println!("Hello, world!");
}
