use atexit::{Handler, register};

struct Farewell;

impl Handler<()> for Farewell {
    type Output = ();

    fn call(self, (): ()) {}

    // Wrong: no other crate writes this, since it is called while the handlers are locked.
    fn name() -> &'static str {
        "farewell"
    }

    // Wrong: the type of the parameter has no name.
    fn identity(&self, _: impl Sized) -> Option<std::convert::Infallible> {
        None
    }
}

struct Goodbye;

impl Handler<()> for Goodbye {
    type Output = ();

    fn call(self, (): ()) {}

    // Wrong: there is none here, either.
    fn name(_: atexit::__private::Sealed) -> &'static str {
        "goodbye"
    }
}

fn main() {
    register(Farewell);
    register(Goodbye);
    // Wrong: nobody else has one.
    <Goodbye as Handler<()>>::name(());
}
