use std::env;

use atexit::atexit;

// Wrong: only an `Option` says that there is nothing to do.
#[atexit(args(&env::var("NAME")?))]
fn greet(_: &str) {}

// Wrong: likewise.
#[atexit(args(env::var("NAME")?))]
fn greet_or_fail(_: String) -> Result<(), String> {
    Ok(())
}

fn main() {}
