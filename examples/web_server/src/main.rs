//! A web server that answers the requests in flight before it ends, and saves what only async code can save.
//!
//! For those who search for "connection reset by peer" and "502 Bad Gateway" at every deploy, for "graceful shutdown"
//! that also works after a panic in `main` and `process::exit`, or for how to await `pool.close()` at exit.
//!
//! `cargo run -p web_server` prints its address; `curl -d Ada http://127.0.0.1:8080` signs its guest book. Ctrl-C or
//! `kill` ends it:
//!
//! ```text
//! Listening on http://127.0.0.1:8080
//! All requests are answered.
//! The guest book is saved.
//! ```

use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;
use std::{env, io};

use atexit::{atexit, on_thread};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

/// A static, since `#[tokio::main]` would drop it at the end of `main`, before the handlers that need it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads can be started"));

/// The names of the guests, a line each. A buffer saves a write for each, and has to be emptied in the end.
type GuestBook = Mutex<BufWriter<File>>;

/// Empty until `main` has opened the file.
static GUEST_BOOK: OnceLock<GuestBook> = OnceLock::new();

fn main() -> Result<(), Box<dyn Error>> {
    atexit::install()?;

    // A client that never finishes its request must not hold up the end. Less than the ten seconds after which
    // `docker stop` sends SIGKILL, so that there is still time to say which handler waited.
    let seconds = env::var("DEADLINE").map_or(Ok(8), |seconds| seconds.parse())?;
    atexit::set_deadline(Some(Duration::from_secs(seconds)));

    let port = env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    RUNTIME.block_on(start(port))?;

    // The threads of the runtime serve. Your program's work stands here; this ends as a test tells it to, or waits for
    // a signal.
    for_tests::end_as_told_after_enter(for_tests::wait_for_a_signal)
}

/// Starts serving.
async fn start(port: u16) -> io::Result<()> {
    let file = File::options().append(true).create(true).open("guests.txt").await?;
    let guest_book = GUEST_BOOK.get_or_init(|| Mutex::new(BufWriter::new(file)));
    let app = Router::new().route("/", post(sign)).with_state(guest_book);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let server = axum::serve(listener, app).with_graceful_shutdown(async { _ = stopped.await });
    atexit::register_with(on_thread(drain), (stop, tokio::spawn(server.into_future())));

    println!("Listening on http://{address}");
    Ok(())
}

async fn sign(State(guest_book): State<&GuestBook>, name: String) -> Result<String, (StatusCode, String)> {
    let line = format!("{name}\n");
    match guest_book.lock().await.write_all(line.as_bytes()).await {
        Ok(()) => Ok(format!("Welcome, {name}!\n")),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}

/// Closes the listener, so that new clients are refused and turn to another instance, and waits until the requests in
/// flight are answered.
///
/// On a thread of its own: in the thread that exits, what tokio keeps in thread-locals is gone by now.
fn drain(stop: oneshot::Sender<()>, server: JoinHandle<io::Result<()>>) -> io::Result<()> {
    drop(stop);
    RUNTIME.block_on(server)??;
    println!("All requests are answered.");
    Ok(())
}

/// Runs after `drain`, since annotated functions are registered before `main` and so run after what `main` registers.
#[atexit(block_on = |future| RUNTIME.block_on(future), args(GUEST_BOOK.get()?))]
async fn save_guest_book(guest_book: &GuestBook) -> io::Result<()> {
    let mut file = guest_book.lock().await;
    file.flush().await?;
    file.get_ref().sync_all().await?;
    println!("The guest book is saved.");
    Ok(())
}
