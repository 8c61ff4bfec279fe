//! A client that decides when its request is complete.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use atexit_test_support::{Failed, same};

/// Far longer than any answer takes, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to the server.
pub(crate) struct Client {
    stream: TcpStream,
    name: &'static str,
}

impl Client {
    pub(crate) fn connect(server: SocketAddr, name: &'static str) -> io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, name })
    }

    /// Sends a request but for its body, and waits until the server asks for that. From then on it is in flight.
    pub(crate) fn begin(server: SocketAddr, name: &'static str) -> Result<Self, Failed> {
        let mut client = Self::connect(server, name)?;
        client.send_head("Expect: 100-continue\r\n")?;
        client.receives("HTTP/1.1 100 Continue\r\n\r\n")?;
        Ok(client)
    }

    /// Sends a whole request, which is answered, and stays connected.
    pub(crate) fn sign(server: SocketAddr, name: &'static str) -> Result<Self, Failed> {
        let mut client = Self::connect(server, name)?;
        client.send_head("")?;
        client.finish()?;
        Ok(client)
    }

    /// Sends the body, and is answered.
    pub(crate) fn finish(&mut self) -> Result<(), Failed> {
        self.stream.write_all(self.name.as_bytes())?;
        self.receives("HTTP/1.1 200 OK\r\n")?;
        self.receives(&format!("\r\n\r\nWelcome, {}!\n", self.name))
    }

    fn send_head(&mut self, header: &str) -> io::Result<()> {
        let length = self.name.len();
        write!(self.stream, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{header}\r\n")
    }

    /// Reads until that has come.
    fn receives(&mut self, text: &str) -> Result<(), Failed> {
        let mut received = Vec::new();
        while !received.ends_with(text.as_bytes()) {
            let mut byte = [0];
            if self.stream.read(&mut byte)? == 0 {
                same("what the server sends", String::from_utf8_lossy(&received), text)?;
            }
            received.extend(byte);
        }
        Ok(())
    }
}

/// Waits until new clients are refused.
pub(crate) fn are_refused(server: SocketAddr) -> Result<(), Failed> {
    loop {
        match TcpStream::connect(server) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(()),
            Err(error) if error.kind() != ErrorKind::ConnectionReset => return Err(error.into()),
            // The server is about to close its listener. More clients than it has time for would have to wait longer.
            Ok(_) | Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
}
