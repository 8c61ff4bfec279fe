//! Starting a server, and stopping it.

use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use atexit::Guard;

use crate::cluster::Cluster;
use crate::install_signals;

/// A server, which is stopped when it is dropped; and when the process exits while it starts.
pub(crate) struct Server {
    port: u16,
    _stop: Guard,
}

impl Server {
    /// Starts a server on the loopback interface, in a temporary folder.
    pub(crate) fn start() -> io::Result<Self> {
        install_signals();
        let cluster = Cluster::new()?;
        // Before there is anything to undo, since a signal may come at any time.
        let stop = atexit::guard({
            let cluster = cluster.clone();
            move || stop(&cluster)
        });
        let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        if atexit::is_exiting() {
            return Err(io::Error::other("the process is exiting"));
        }

        println!("PostgreSQL starts in {}", cluster.folder.display());
        cluster.make_folder()?;
        cluster
            .run("initdb", &["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"])?;
        let port = free_port()?;
        // Without a socket in the file system, and without waiting for the disk: no data has to survive a power cut.
        let options = format!("-h 127.0.0.1 -p {port} -k '' -F");
        cluster.run("pg_ctl", &["start", "--wait", "--log=log", "--options", &options])?;
        println!("PostgreSQL listens on 127.0.0.1:{port}");
        Ok(Self { port, _stop: stop })
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }
}

/// Locked while a server starts. Stopping has to wait for that: what comes up later would stay.
static STARTING: Mutex<()> = Mutex::new(());

fn stop(cluster: &Cluster) -> io::Result<()> {
    let _started = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if cluster.folder.join("data/postmaster.pid").exists() {
        cluster.run("pg_ctl", &["stop", "--wait", "--mode=fast"])?;
    }
    if cluster.folder.exists() { fs::remove_dir_all(&cluster.folder) } else { Ok(()) }
}

/// A port that nobody uses now.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
