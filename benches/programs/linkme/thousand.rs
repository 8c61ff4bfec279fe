//! One function, and 1,000 more.

#[linkme::distributed_slice]
static HANDLERS: [fn()];

#[macro_use]
#[path = "each.rs"]
mod each;
#[macro_use]
#[path = "../thousand.rs"]
mod thousand;

one!(1000);
thousand!(one);

fn main() {
    println!("Hello, world!");
    HANDLERS.iter().for_each(|handler| handler());
}
