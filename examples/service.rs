//! A service that `SIGTERM` ends in order: it stops accepting, answers what it has accepted, closes its database, and
//! then it ends by that signal.
//!
//! A client sends a line; it is stored in `service.db` and acknowledged. `cargo run --example service` prints the
//! address to talk to, as with `echo hello | nc 127.0.0.1 40123`. `kill` or Ctrl-C ends it: no client that it has
//! accepted is left without an answer, unless it takes too long to ask, and what is in the database's buffer is
//! written. An argument says how many seconds that may take.
//!
//! Three handlers do it, each registered as soon as there is something for it to undo. Last registered runs first, so
//! they undo it in the right order:
//!
//! ```text
//! Listening on 127.0.0.1:40123
//! Stopped accepting.
//! All requests are answered.
//! The database is closed.
//! ```

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const WORKERS: usize = 4;
const LONGEST_REQUEST: u64 = 1024;
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn Error>> {
    atexit::install()?;

    // The last resort, since no handler runs after that. Less than the ten seconds after which `docker stop` sends
    // SIGKILL, so that there is still time to say on standard error which handler it was that waited.
    let deadline = Duration::from_secs(env::args().nth(1).map_or(Ok(8), |seconds| seconds.parse())?);
    atexit::set_deadline(Some(deadline));

    let database = Arc::new(Database::open("service.db")?);
    atexit::register_with(Database::close, (Arc::clone(&database),));

    let (queue, requests) = mpsc::channel();
    let workers = start_workers(requests, &database)?;
    // A client that is in no hurry must not cost the others what is in the database's buffer.
    atexit::register_with(drain, (workers, deadline / 2));

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    atexit::register_with(stop_accepting, (address,));

    println!("Listening on {address}");
    while !atexit::is_exiting() {
        let (client, _) = listener.accept()?;
        // Fails if the workers have gone, each by a panic.
        queue.send(client).map_err(io::Error::other)?;
    }
    // At a signal the handlers run on another thread, while this one comes here, and waits after `main` for the process
    // to end. `main` drops `listener` and `queue`, which tells clients and workers that nobody is accepted any more. If
    // it returns an error instead, then the same handlers run for that.
    Ok(())
}

fn stop_accepting(address: SocketAddr) {
    // `accept` waits for the next client, so here it is. If it can't connect, then nobody is waiting any more.
    drop(TcpStream::connect(address));
    println!("Stopped accepting.");
}

fn start_workers(requests: Receiver<TcpStream>, database: &Arc<Database>) -> io::Result<Vec<JoinHandle<()>>> {
    let requests = Arc::new(Mutex::new(requests));
    let start = |number| {
        let (requests, database) = (Arc::clone(&requests), Arc::clone(database));
        thread::Builder::new().name(format!("worker {number}")).spawn(move || work(&requests, &database))
    };
    (1..=WORKERS).map(start).collect()
}

fn work(requests: &Mutex<Receiver<TcpStream>>, database: &Database) {
    loop {
        // An error says that the queue is empty, and that `accept` puts nothing into it any more.
        let next = lock(requests).recv();
        let Ok(client) = next else { return };
        if let Err(error) = serve(&client, database) {
            // `eprintln!` would panic where nobody reads it, and the worker would be gone.
            _ = writeln!(io::stderr(), "A request failed: {error}");
        }
    }
}

fn serve(mut client: &TcpStream, database: &Database) -> io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(client.take(LONGEST_REQUEST)).read_line(&mut line)?;
    // Without its end it is no request: too long, or the client has gone; or it was only there to wake `accept`.
    let Some(request) = line.strip_suffix('\n') else { return Ok(()) };
    database.store(request)?;
    client.write_all(format!("Stored {request}\n").as_bytes())
}

fn drain(workers: Vec<JoinHandle<()>>, patience: Duration) -> Result<(), String> {
    let begun = Instant::now();
    while !workers.iter().all(JoinHandle::is_finished) {
        if begun.elapsed() > patience {
            let busy = workers.iter().filter(|worker| !worker.is_finished()).count();
            return Err(format!("{busy} of {WORKERS} workers wait for a client"));
        }
        thread::sleep(Duration::from_millis(10));
    }
    let panicked = workers.into_iter().map(JoinHandle::join).filter(Result::is_err).count();
    if panicked > 0 {
        return Err(format!("{panicked} of {WORKERS} workers panicked"));
    }
    println!("All requests are answered.");
    Ok(())
}

/// A file, a line a request. A buffer saves a write for each, but needs someone to empty it in the end.
struct Database(Mutex<BufWriter<File>>);

impl Database {
    fn open(path: &str) -> io::Result<Self> {
        let file = File::options().append(true).create(true).open(path)?;
        Ok(Self(Mutex::new(BufWriter::new(file))))
    }

    fn store(&self, request: &str) -> io::Result<()> {
        writeln!(lock(&self.0), "{request}")
    }

    fn close(self: Arc<Self>) -> io::Result<()> {
        let mut file = lock(&self.0);
        file.flush()?;
        file.get_ref().sync_all()?;
        println!("The database is closed.");
        Ok(())
    }
}

/// Locks it even after a worker has panicked: what the others have stored is not to be lost for that.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
