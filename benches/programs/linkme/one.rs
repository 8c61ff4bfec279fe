//! One function.

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

one!(1000);

fn main() {
    println!("Hello, world!");
    HANDLERS.iter().for_each(|handler| handler());
}
