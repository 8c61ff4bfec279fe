use atexit::atexit;


struct Secret;

// Wrong: the error can't be reported.
#[atexit]
fn save() -> Result<(), Secret> {
    Err(Secret)
}

fn main() {
    let _ = save();
}
