use atexit::atexit;


// Wrong: nothing says that it is an outcome.
#[atexit]
fn save() -> impl std::fmt::Debug {}

fn main() {
    let _ = save();
}
