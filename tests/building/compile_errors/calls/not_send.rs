use std::rc::Rc;

fn main() {
    let name = Rc::new("Donny");
    // Wrong: the thread that exits may be another one.
    atexit::register(move || println!("{name}"));
}
