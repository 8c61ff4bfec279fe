use atexit::atexit;


// Wrong: both, of which the first is said.
#[atexit]
async unsafe fn save() {}

fn main() {
    drop(unsafe { save() });
}
