use atexit::atexit;


// Wrong: a macro.
#[atexit]
macro_rules! function {
    ($name:ident) => {
        fn $name() {}
    };
}

// Wrong: the call of a macro, whatever it may define.
#[atexit]
function!(stop);

// Wrong: the same by its path.
#[atexit]
::std::thread_local!(static LOCAL: u32 = 3);

fn main() {
    stop();
    LOCAL.with(|_| ());
}
