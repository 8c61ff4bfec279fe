//! One function.

#[linkme::distributed_slice]
static HANDLERS: [fn()];

#[macro_use]
#[path = "each.rs"]
mod each;

one!(1000);

fn main() {
    println!("Hello, world!");
    HANDLERS.iter().for_each(|handler| handler());
}
