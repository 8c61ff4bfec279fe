use atexit::atexit;


// Wrong: both, of which `unsafe` is said: no option would help.
#[atexit]
async unsafe fn save() {}

fn main() {
    drop(unsafe { save() });
}
