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
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;
use std::{env, io, mem};

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
use tokio::time::timeout;

/// A static, since `#[tokio::main]` would drop it at the end of `main`, before the handlers that need it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads can be started"));

/// The names of the guests, a line each. A buffer saves a write for each, and has to be emptied in the end.
type GuestBook = Mutex<BufWriter<File>>;

/// Empty until `main` has opened the file.
static GUEST_BOOK: OnceLock<GuestBook> = OnceLock::new();

fn main() -> Result<(), Box<dyn Error>> {
    atexit::install()?;

    // The last resort: no handler runs after it. Less than the ten seconds after which `docker stop` sends SIGKILL, so
    // that there is still time to say which handler waited.
    atexit::set_deadline(Some(Duration::from_secs(setting("DEADLINE", 8)?)));

    let patience = Duration::from_secs(setting("PATIENCE", 4)?);
    RUNTIME.block_on(start(setting("PORT", 8080)?, patience))?;

    // The threads of the runtime serve. Your program's work stands here; this ends as a test tells it to, or waits for
    // a signal.
    for_tests::end_as_told_after_enter(for_tests::wait_for_a_signal)
}

/// What a variable of the environment says, if it is set.
fn setting<T: FromStr>(name: &str, default: T) -> Result<T, T::Err> {
    env::var(name).map_or(Ok(default), |setting| setting.parse())
}

/// Starts serving.
async fn start(port: u16, patience: Duration) -> io::Result<()> {
    let file = File::options().append(true).create(true).open("guests.txt").await?;
    let guest_book = GUEST_BOOK.get_or_init(|| Mutex::new(BufWriter::new(file)));
    let app = Router::new().route("/", post(sign)).with_state(guest_book);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let server = axum::serve(listener, app).with_graceful_shutdown(async { _ = stopped.await });
    atexit::register_with(on_thread(drain), (stop, tokio::spawn(server.into_future()), patience));

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
/// flight are answered. A client may never finish its request, and the handlers after this have to run: so it gives up
/// when `patience` is at its end.
///
/// On a thread of its own: in the thread that exits, what tokio keeps in thread-locals is gone by now.
fn drain(stop: oneshot::Sender<()>, server: JoinHandle<io::Result<()>>, patience: Duration) -> io::Result<()> {
    drop(stop);
    // `timeout` needs the runtime's timer when it is called, so it is called in a future.
    RUNTIME.block_on(async { timeout(patience, server).await })???;
    println!("All requests are answered.");
    Ok(())
}

/// Runs after `drain`, since annotated functions are registered before `main` and so run after what `main` registers.
#[atexit(block_on = |future| RUNTIME.block_on(future), args(GUEST_BOOK.get()?))]
async fn save_guest_book(guest_book: &GuestBook) -> io::Result<()> {
    let mut file = guest_book.lock().await;
    file.flush().await?;
    file.get_ref().sync_all().await?;
    // Nobody who signs from here on is welcomed, since that name would be lost.
    mem::forget(file);
    println!("The guest book is saved.");
    Ok(())
}
