//! One function, and 1,000 more.

#[linkme::distributed_slice]
static HANDLERS: [fn()];

macro_rules! one {
    ($number:expr) => {
        const _: () = {
            #[linkme::distributed_slice(crate::HANDLERS)]
            static HANDLER: fn() = handler;

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
    HANDLERS.iter().for_each(|handler| handler());
}
