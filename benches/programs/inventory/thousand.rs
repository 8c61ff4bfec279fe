//! One function, and 1,000 more.

struct Handler(fn());

inventory::collect!(Handler);

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
    inventory::iter::<Handler>().for_each(|handler| (handler.0)());
}
