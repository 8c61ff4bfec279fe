use atexit::atexit;


trait Service {
    // Wrong: a method that others write.
    #[atexit]
    fn stop();
}

struct Server;

impl Service for Server {
    fn stop() {}
}

unsafe extern "C" {
    // Wrong: a function that is written in C.
    #[atexit]
    safe fn getpid() -> i32;
}

fn main() {
    Server::stop();
    getpid();
}
