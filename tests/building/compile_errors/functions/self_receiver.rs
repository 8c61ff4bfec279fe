use atexit::atexit;


struct Server;

impl Server {
    // Wrong: by value.
    #[atexit]
    fn by_value(self) {}

    // Wrong: by value, to be changed.
    #[atexit]
    fn by_mutable_value(mut self) {
        self = Self;
    }

    // Wrong: by reference.
    #[atexit]
    fn by_reference(&self) {}

    // Wrong: by mutable reference.
    #[atexit]
    pub fn by_mutable_reference(&mut self) {}

    // Wrong: by reference with a lifetime, which is a generic parameter, too.
    #[atexit]
    fn by_reference_with_lifetime<'a>(&'a mut self) {}

    // Wrong: by an attributed receiver.
    #[atexit]
    fn by_attributed_reference(#[cfg(all())] &self) {}

    // Wrong: by a type that is written out.
    #[atexit]
    fn by_box(self: Box<Self>) {}

    // Wrong: arguments don't help.
    #[atexit(args(Server, 3))]
    fn with_arguments(self, _times: u32) {}
}

fn main() {
    Server.by_value();
    Server.by_mutable_value();
    Server.by_reference();
    Server.by_mutable_reference();
    Server.by_reference_with_lifetime();
    Server.by_attributed_reference();
    Box::new(Server).by_box();
    Server.with_arguments(3);
}
