use atexit::atexit;


struct Server;

impl Server {
    // Wrong: nothing in its own tokens tells the attribute so, and the compiler refuses what is added beside it:
    // Wrong: for having no name,
    // Wrong: and for calling by its name alone what has to be called `Server::stop`.
    #[atexit]
    fn stop() {}
}

fn main() {
    Server::stop();
}
