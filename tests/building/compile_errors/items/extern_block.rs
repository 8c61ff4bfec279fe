use atexit::atexit;


// Wrong: functions that are written in C.
#[atexit]
unsafe extern "C" {
    safe fn getpid() -> i32;
}

fn main() {
    getpid();
}
