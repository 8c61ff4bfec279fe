//! One function, and 1,000 more.

struct Handler(fn());

inventory::collect!(Handler);

macro_rules! one {
    ($number:expr) => {
        const _: () = {
            fn handler() {
                std::hint::black_box($number);
            }

            inventory::submit!(crate::Handler(handler));
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
    inventory::iter::<Handler>().for_each(|handler| (handler.0)());
}
