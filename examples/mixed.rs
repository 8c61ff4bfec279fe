//! Handlers by attribute and by call in one program, and the order in which they run.
//!
//! Handlers run in the exact reverse of registration. Every annotated function counts as registered before `main`
//! begins, so all that `main` registers runs first, newest first. Then come the annotated functions: those with the
//! highest priority first, and of equal priority the one that stands last in the source.
//!
//! In Python a decorated function is registered where it stands, and priorities don't exist; so this has no twin there.

use atexit::atexit;

#[atexit]
fn first_in_source() {
    println!("7. annotated, first in the source");
}

// Where it stands doesn't matter against those of another priority.
#[atexit(priority = 10)]
fn high_priority() {
    println!("4. annotated, priority 10");
}

mod storage {
    // A module counts where it stands.
    #[atexit::register]
    fn in_a_module() {
        println!("6. annotated, in a module between");
    }
}

#[atexit]
fn last_in_source() {
    println!("5. annotated, last in the source");
}

#[atexit(priority = -10)]
fn low_priority() {
    println!("8. annotated, priority -10");
}

fn main() {
    atexit::register(|| println!("3. registered first"));
    atexit::register(|| {
        println!("1. registered last");
        // What a handler registers is the newest, and so it is next.
        atexit::register(|| println!("2. registered by the handler before"));
    });

    println!("These are pending, the next to run first:");
    for handler in atexit::pending() {
        println!("   {}", handler.name());
    }
}
