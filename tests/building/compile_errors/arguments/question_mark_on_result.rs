use std::env;

use atexit::atexit;

// Wrong: only an `Option` says that there is nothing to do.
#[atexit(args(&env::var("NAME")?))]
fn greet(_: &str) {}

// Wrong: likewise.
#[atexit(args(env::var("NAME")?), block_on = pollster::block_on)]
async fn greet_later(_: String) -> Result<(), String> {
    Ok(())
}

fn main() {}
