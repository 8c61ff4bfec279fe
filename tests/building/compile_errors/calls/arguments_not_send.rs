use std::rc::Rc;

fn main() {
    let name = Rc::new("Donny");
    // Wrong: the thread that exits may be another one.
    atexit::register_with(|name: Rc<&str>| println!("{name}"), (name,));
}
