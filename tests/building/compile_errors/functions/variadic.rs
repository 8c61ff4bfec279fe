use atexit::atexit;


unsafe extern "C" {
    // Wrong: it has no body.
    #[atexit(args(c"bye"))]
    fn printf(format: *const std::ffi::c_char, ...) -> std::ffi::c_int;
}

// Wrong: nothing says what to pass.
// Wrong: to the compiler, too, since stable Rust has no such definitions.
#[atexit(args(3))]
unsafe extern "C" fn sum(_count: u32, _: ...) {}

fn main() {
    unsafe {
        printf(c"hello".as_ptr());
        sum(3);
    }
}
