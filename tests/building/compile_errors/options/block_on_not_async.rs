use atexit::atexit;

// Wrong: it returns no future.
#[atexit(block_on = pollster::block_on)]
fn save() {}

// Wrong: likewise, whatever else is asked for.
#[atexit::register(args(3), thread, block_on = |future| pollster::block_on(future))]
fn count(_: u8) -> Result<(), String> {
    Ok(())
}

fn main() {
    save();
    drop(count(3));
}
