//! One function.

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

one!(1000);

fn main() {
    println!("Hello, world!");
    inventory::iter::<Handler>().for_each(|handler| (handler.0)());
}
