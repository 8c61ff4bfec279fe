use atexit::atexit;

mod service {
    // Wrong: the name is said first, since no other change would help.
    #[super::atexit(thread)]
    pub(super) async unsafe fn r#main() {}
}

fn main() {
    drop(unsafe { service::main() });
}
