//! What is written for each function.

macro_rules! one {
    ($number:expr) => {
        const _: () = {
            #[atexit::atexit]
            fn handler() {
                std::hint::black_box($number);
            }
        };
    };
}
