use atexit::atexit;


// Wrong: the call would have to be in an `unsafe` block.
#[atexit]
unsafe fn unmap() {}

// Wrong: the same, between other qualifiers.
#[atexit]
pub const unsafe extern "C" fn close() {}

fn main() {
    unsafe {
        unmap();
        close();
    }
}
