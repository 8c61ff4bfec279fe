use atexit::atexit;


// Wrong: the value of `Ok` is not one of those that can be left out.
#[atexit]
fn count() -> Result<u32, std::io::Error> {
    Ok(3)
}

fn main() {
    let _ = count();
}
