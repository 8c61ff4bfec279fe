//! What is written for each function.

macro_rules! one {
    ($number:expr) => {
        const _: () = {
            extern "C" fn handler() {
                std::hint::black_box($number);
            }

            #[ctor::ctor(unsafe)]
            fn register() {
                // SAFETY: the handler is a function that does not unwind.
                unsafe { libc::atexit(handler) };
            }
        };
    };
}
