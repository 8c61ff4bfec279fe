use atexit::atexit;


// Wrong: a static.
#[atexit]
static STATIC: u32 = 3;

// Wrong: a static that can be changed.
#[atexit]
static mut MUTABLE: u32 = 3;

// Wrong: a constant.
#[atexit]
pub const CONSTANT: fn() = || ();

// Wrong: a constant without a name.
#[atexit]
const _: () = ();

fn main() {
    CONSTANT();
    unsafe { MUTABLE = STATIC };
}
