//! A collector of OpenTelemetry's protocol, OTLP over HTTP.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

type Batches = Arc<Mutex<Vec<ExportTraceServiceRequest>>>;

/// Collects until the test binary ends.
pub(crate) struct Collector {
    address: SocketAddr,
    batches: Batches,
}

impl Collector {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let collector = Self { address: listener.local_addr()?, batches: Batches::default() };
        let batches = Arc::clone(&collector.batches);
        thread::spawn(move || {
            for client in listener.incoming() {
                let batches = Arc::clone(&batches);
                // A client that goes away, with what it had to send, is for the test to notice.
                thread::spawn(move || collect(&client?, &batches));
            }
        });
        Ok(collector)
    }

    /// Where it is, as `OTEL_EXPORTER_OTLP_ENDPOINT` says it.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What has arrived.
    pub(crate) fn batches(&self) -> Vec<ExportTraceServiceRequest> {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Receives one batch after the other. Each is acknowledged once it is kept.
fn collect(mut client: &TcpStream, batches: &Mutex<Vec<ExportTraceServiceRequest>>) -> io::Result<()> {
    let mut requests = BufReader::new(client);
    while let Some(body) = next_body(&mut requests)? {
        let batch = ExportTraceServiceRequest::decode(&*body).map_err(io::Error::other)?;
        batches.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        // An empty body is what the protocol answers when it has nothing to remark.
        client.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n")?;
    }
    Ok(())
}

/// The body of the next request to `/v1/traces`, if there is another request.
fn next_body(requests: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if requests.read_line(&mut head)? == 0 {
            return Ok(None);
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    match length {
        Some(length) if head.starts_with("POST /v1/traces HTTP/1.1\r\n") => {
            let mut body = vec![0; length];
            requests.read_exact(&mut body)?;
            Ok(Some(body))
        }
        _ => Err(io::Error::other(format!("not a batch of spans: {head}"))),
    }
}
