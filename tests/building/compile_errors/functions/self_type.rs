use atexit::atexit;


struct Server;

impl Server {
    // Wrong: what is called `Self` is known only inside of the `impl`.
    #[atexit]
    fn restart() -> Result<(), Self> {
        Err(Self)
    }

    // Wrong: the same in a parameter.
    #[atexit(args(Server))]
    fn stop(_server: Self) {}
}

fn main() {
    let _ = Server::restart();
    Server::stop(Server);
}
