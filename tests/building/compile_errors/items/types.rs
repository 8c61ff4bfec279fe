use atexit::atexit;


// Wrong: a struct.
#[atexit]
struct Struct;

// Wrong: an enum, behind a visibility and other attributes.
#[atexit(priority = 3)]
#[derive(Clone)]
/// Documented.
pub(crate) enum Enum {
    One,
}

// Wrong: a union.
#[atexit]
union Union {
    _byte: u8,
}

// Wrong: a type alias.
#[atexit]
type Alias = u32;

fn main() {
    let _ = (Struct, Enum::One.clone(), Union { _byte: 3 });
    let _: Alias = 3;
}
