//! What is written for each function.

macro_rules! one {
    ($number:expr) => {
        const _: () = {
            #[linkme::distributed_slice(crate::HANDLERS)]
            static HANDLER: fn() = handler;

            fn handler() {
                std::hint::black_box($number);
            }
        };
    };
}
