use atexit::atexit;


struct Server;

// Wrong: methods.
#[atexit]
impl Server {
    fn stop(&self) {}
}

// Wrong: a trait.
#[atexit]
trait Service {
    fn start(&self) {}
}

// Wrong: an implementation.
#[atexit]
impl Service for Server {}

// Wrong: a trait that is `unsafe`.
#[atexit]
unsafe trait Risky {}

// Wrong: its implementation.
#[atexit]
unsafe impl Risky for Server {}

fn main() {
    Server.stop();
    Server.start();
    let _: &dyn Risky = &Server;
}
