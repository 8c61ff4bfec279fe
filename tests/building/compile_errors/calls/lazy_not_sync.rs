use std::cell::Cell;

use atexit::Lazy;

// Wrong: the thread that exits may be another one, while others have it.
static COUNT: Lazy<Cell<u32>> = Lazy::new(|| Cell::new(0));

fn main() {}
