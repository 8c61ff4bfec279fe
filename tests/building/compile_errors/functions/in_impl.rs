use atexit::atexit;

struct Server;

impl Server {
    // Wrong: nothing in its own tokens tells the attribute so, and the compiler refuses what is added beside it.
    #[atexit]
    fn stop() {}

    // Wrong: likewise, with options.
    #[atexit(args("Donny"), priority = 3, thread)]
    pub fn stop_it(_name: &str) -> Result<(), String> {
        Ok(())
    }
}

struct Pool<T>(T);

impl<T> Pool<T> {
    // Wrong: it would be another function for each type.
    #[atexit]
    fn close() {}
}

trait Service {
    // Wrong: whoever implements the trait may have another.
    #[atexit]
    fn finish() {}
}

impl Service for Server {
    // Wrong: as in any `impl`.
    #[atexit]
    fn finish() {}
}

/// Not what is annotated above, though it has the name.
fn stop() {}

fn main() {
    stop();
    Server::stop();
    let _ = Server::stop_it("Donny");
    Pool::<Server>::close();
    Server::finish();
    drop(Pool(Server).0);
}
