//! The server, from the outside.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use atexit_test_support::{
    End, Failed, Process, Status, Trial, after_each_end, child, files, same, scratch, shown_in, told_by_c,
    without_times,
};

use crate::client::{Client, are_refused};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = after_each_end("requests_in_flight_are_answered", answers_what_is_in_flight);
    trials.push(Trial::test("a_client_that_only_stays_connected_holds_up_nothing", || {
        let mut server = Server::start("web_server_idle", End::Return, [FAR_AWAY, FAR_AWAY])?;
        let _idle = Client::sign(server.address, "Ada")?;
        let _silent = Client::connect(server.address, "Grace")?;
        server.begin_to_end()?;
        server.ends_in_order("Ada\n")
    }));
    for how in [End::Return, End::Terminate].into_iter().filter(|how| End::ALL.contains(how)) {
        let promise = format!("a_request_that_is_stuck_costs_no_guest_after_{}", how.name());
        trials.push(Trial::test(promise, move || the_book_is_saved(how)));
        let promise = format!("a_deadline_that_is_too_short_cuts_all_short_after_{}", how.name());
        trials.push(Trial::test(promise, move || the_deadline_ends_it(how)));
    }
    trials
}

fn answers_what_is_in_flight(how: End) -> Result<(), Failed> {
    let mut server = Server::start(&format!("web_server_{}", how.name()), how, [FAR_AWAY, FAR_AWAY])?;
    Client::sign(server.address, "Ada")?;
    let mut in_flight = [Client::begin(server.address, "Grace")?, Client::begin(server.address, "Barbara")?];
    server.begin_to_end()?;
    are_refused(server.address)?;
    in_flight.iter_mut().try_for_each(Client::finish)?;
    server.ends_in_order("Ada\nGrace\nBarbara\n")
}

fn the_book_is_saved(how: End) -> Result<(), Failed> {
    let mut server = Server::start(&format!("web_server_stuck_{}", how.name()), how, [FAR_AWAY, "1"])?;
    Client::sign(server.address, "Ada")?;
    let _stuck = Client::begin(server.address, "Grace")?;
    server.begin_to_end()?;

    let left = server.process.end()?;
    same("how it ended", left.status.to_string(), &how.status().to_string())?;
    let said = format!("Listening on http://{}\nThe guest book is saved.\n", server.address);
    same("standard output", &left.stdout, &said)?;
    same("standard error", &left.stderr, &shown_in("examples/web_server/README.md", "web_server::drain")?)?;
    same("what is in its folder", files(&server.folder)?, "guests.txt:\nAda\n")
}

fn the_deadline_ends_it(how: End) -> Result<(), Failed> {
    let mut server = Server::start(&format!("web_server_short_{}", how.name()), how, ["1", FAR_AWAY])?;
    Client::sign(server.address, "Ada")?;
    let _stuck = Client::begin(server.address, "Grace")?;
    server.begin_to_end()?;

    let left = server.process.end()?;
    let status = if how.signal().is_some() { how.status() } else { Status::Code(124) };
    same("how it ended", left.status.to_string(), &status.to_string())?;
    same("standard output", &left.stdout, &format!("Listening on http://{}\n", server.address))?;
    // There, at SIGTERM and with the deadline that it has of its own.
    let shown = shown_in("src/guide/services.md", "web_server::drain")?;
    let mut shown = shown.replace("deadline of 8s", "deadline of 1s");
    if how == End::Return {
        shown = shown.replace("signal 15 (SIGTERM)", &told_by_c(0));
    }
    same("the guide", without_times(&left.stderr), &without_times(&shown))?;
    // What was in the buffer is what that costs.
    same("what is in its folder", files(&server.folder)?, "guests.txt:\n")
}

/// In seconds, what no test gets to.
const FAR_AWAY: &str = "600";

/// A server in a folder of its own.
struct Server {
    process: Process,
    how: End,
    address: SocketAddr,
    folder: PathBuf,
}

impl Server {
    /// Starts a server with that deadline and patience, to be ended so.
    fn start(name: &str, how: End, [deadline, patience]: [&str; 2]) -> Result<Self, Failed> {
        let folder = scratch(name);
        let mut command = child(env!("CARGO_BIN_EXE_web_server").as_ref());
        command.current_dir(&folder).envs([("PORT", "0"), ("DEADLINE", deadline), ("PATIENCE", patience)]);
        let mut process = how.start(command)?;
        process.wait_for("\n")?;
        let printed = process.printed();
        let address = printed.trim_end().strip_prefix("Listening on http://").ok_or("it says where it listens")?;
        Ok(Self { process, how, address: address.parse()?, folder })
    }

    /// Has it end, which it does once the requests in flight are answered.
    fn begin_to_end(&mut self) -> Result<(), Failed> {
        match self.how.signal() {
            Some(signal) => self.process.signal(signal)?,
            None => self.process.stdin().ok_or("it is told only once")?.write_all(b"\n")?,
        }
        Ok(())
    }

    /// It runs its handlers, leaves these guests in its book, and ends as it should.
    fn ends_in_order(self, guests: &str) -> Result<(), Failed> {
        let left = self.process.end()?;
        let said =
            format!("Listening on http://{}\nAll requests are answered.\nThe guest book is saved.\n", self.address);
        same("standard output", left.stdout, &said)?;
        same("the guest book", fs::read_to_string(self.folder.join("guests.txt"))?, guests)?;
        same("how it ended", left.status.to_string(), &self.how.status().to_string())
    }
}
