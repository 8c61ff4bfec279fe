//! One function.

struct Handler(fn());

inventory::collect!(Handler);

#[macro_use]
#[path = "each.rs"]
mod each;

one!(1000);

fn main() {
    println!("Hello, world!");
    inventory::iter::<Handler>().for_each(|handler| (handler.0)());
}
