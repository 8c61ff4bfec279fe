//! Links the crate and uses nothing of it.

use atexit as _;

fn main() {
    println!("Hello, world!");
}
