use atexit::atexit;


// Wrong: a module.
#[atexit]
mod module {
    pub fn function() {}
}

// Wrong: an import.
#[atexit]
use module::function;

// Wrong: a crate.
#[atexit]
extern crate std as standard;

fn main() {
    function();
    standard::mem::drop(());
}
