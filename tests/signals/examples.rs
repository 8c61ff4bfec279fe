//! The examples that signals end: `ctrl_c` and `service`.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use atexit_test_support::{
    Failed, LATER, PYTHON, Process, Status, Trial, child, example, files, needs, place_in_example, python_twin, same,
    scratch,
};
use libc::{SIGINT, SIGTERM};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("ctrl_c_goes_on_where_it_was_interrupted", || {
            let folder = scratch("signals_ctrl_c");
            let program = example("ctrl_c")?;
            goes_on_where_it_was_interrupted(|| child(&program), &folder, "")
        }),
        Trial::test("service_answers_what_it_has_accepted_when_sigterm_comes", || {
            answers_what_it_has_accepted("signals_service_sigterm", SIGTERM)
        }),
        Trial::test("service_answers_what_it_has_accepted_when_ctrl_c_comes", || {
            answers_what_it_has_accepted("signals_service_sigint", SIGINT)
        }),
        Trial::test("service_that_drains_is_ended_at_once_by_a_second_signal", a_second_signal_ends_it_at_once),
        Trial::test("service_that_drains_for_too_long_leaves_one_client_and_closes_its_database", one_client_is_left),
    ];
    let twin = Trial::test("ctrl_c_in_python_goes_on_where_it_was_interrupted", || {
        let folder = scratch("signals_ctrl_c_python");
        let twin = python_twin("ctrl_c")?;
        // Unbuffered, as Rust's standard output is when a line ends.
        let start = || {
            let mut command = Command::new("python3");
            command.args(["-u", "-c", &twin]);
            command
        };
        goes_on_where_it_was_interrupted(start, &folder, "KeyboardInterrupt")
    });
    trials.extend(needs(&PYTHON, vec![twin]));
    trials
}

/// Starts it in that folder.
fn start(mut command: Command, folder: &Path) -> io::Result<Process> {
    command.current_dir(folder);
    Process::start(command)
}

/// Interrupts it twice, by Ctrl-C. The last line that it writes to standard error may be `complaint`.
fn goes_on_where_it_was_interrupted(
    command: impl Fn() -> Command,
    folder: &Path,
    complaint: &str,
) -> Result<(), Failed> {
    let mut reached = 0;
    for _ in 0..2 {
        let mut process = start(command(), folder)?;
        process.wait_for(&format!("{}\n", reached + 3))?;
        process.signal(SIGINT)?;
        let left = process.end()?;

        // It goes on counting until the signal comes. How far it came, only the file says.
        let state = fs::read_to_string(folder.join("ctrl_c.state"))?;
        let saved: u64 = state.trim_end().parse()?;
        let counted: String = (reached + 1..=saved).map(|count| format!("{count}\n")).collect();
        same("standard output", &left.stdout, &format!("{counted}Saved {saved}.\n"))?;
        same("standard error's last line", left.stderr.lines().last().unwrap_or_default(), complaint)?;
        same("how it ended", left.status.to_string(), &Status::Signal(SIGINT).to_string())?;
        same("what is in its folder", files(folder)?, &format!("ctrl_c.state:\n{saved}\n"))?;
        reached = saved;
    }
    Ok(())
}

fn answers_what_it_has_accepted(name: &str, signal: i32) -> Result<(), Failed> {
    let mut service = Service::start(name, FAR_AWAY)?;
    let mut clients = Vec::new();
    for request in ["one", "two", "three"] {
        clients.push((service.connect()?, request));
    }
    // Each has a worker of its own, so it doesn't matter which comes first.
    for (client, request) in clients.iter_mut().rev() {
        client.send(&format!("{request}\n"))?;
        same("the answer", client.answer()?, &format!("Stored {request}\n"))?;
    }
    let mut in_flight = service.connect()?;
    in_flight.send("in fl")?;
    // Clients are accepted in the order in which they come. So when this one is answered, the one before is accepted.
    service.is_answered("four")?;

    service.process.signal(signal)?;
    service.process.wait_for("Stopped accepting.\n")?;
    service.turns_away_a_client()?;
    in_flight.send("ight\n")?;
    same("the answer", in_flight.answer()?, "Stored in flight\n")?;

    let (address, folder) = (service.address, service.folder);
    service.process.end()?.is(
        &format!("Listening on {address}\nStopped accepting.\nAll requests are answered.\nThe database is closed.\n"),
        Status::Signal(signal),
    )?;
    same("what is in its folder", files(&folder)?, "service.db:\nthree\ntwo\none\nfour\nin flight\n")
}

fn a_second_signal_ends_it_at_once() -> Result<(), Failed> {
    let mut service = Service::start("signals_service_twice", FAR_AWAY)?;
    let _silent = service.connect()?;
    service.is_answered("one")?;
    service.process.signal(SIGTERM)?;
    service.process.wait_for("Stopped accepting.\n")?;
    thread::sleep(LATER);
    service.process.signal(SIGTERM)?;

    let (address, folder) = (service.address, service.folder);
    service.process.end()?.is(&format!("Listening on {address}\nStopped accepting.\n"), Status::Signal(SIGTERM))?;
    // What was in the buffer is what that costs.
    same("what is in its folder", files(&folder)?, "service.db:\n")
}

fn one_client_is_left() -> Result<(), Failed> {
    let service = Service::start("signals_service_patience", 4)?;
    let _silent = service.connect()?;
    service.is_answered("one")?;
    service.process.signal(SIGTERM)?;

    let (address, folder) = (service.address, service.folder);
    let left = service.process.end()?;
    let printed = format!("Listening on {address}\nStopped accepting.\nThe database is closed.\n");
    same("standard output", &left.stdout, &printed)?;
    let place = place_in_example("service", "atexit::register_with(drain")?;
    let report = format!("atexit: handler service::drain ({place}) failed: \"1 of 4 workers wait for a client\"\n");
    same("standard error", &left.stderr, &report)?;
    same("how it ended", left.status.to_string(), &Status::Signal(SIGTERM).to_string())?;
    same("what is in its folder", files(&folder)?, "service.db:\none\n")
}

/// A deadline, in seconds, that no test gets to.
const FAR_AWAY: u32 = 600;

struct Service {
    process: Process,
    address: SocketAddr,
    folder: PathBuf,
}

impl Service {
    fn start(name: &str, deadline: u32) -> Result<Self, Failed> {
        let folder = scratch(name);
        let mut command = child(&example("service")?);
        command.arg(deadline.to_string());
        let mut process = start(command, &folder)?;
        process.wait_for("\n")?;
        let printed = process.printed();
        let address = printed.trim_end().strip_prefix("Listening on ").ok_or("it says where it listens")?.parse()?;
        Ok(Self { process, address, folder })
    }

    fn connect(&self) -> io::Result<Client> {
        let stream = TcpStream::connect(self.address)?;
        // Far longer than any answer takes, on however busy a machine.
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Client(stream))
    }

    fn is_answered(&self, request: &str) -> Result<(), Failed> {
        let mut client = self.connect()?;
        client.send(&format!("{request}\n"))?;
        same("the answer", client.answer()?, &format!("Stored {request}\n"))
    }

    /// A client that comes now is refused, or gets no answer.
    fn turns_away_a_client(&self) -> Result<(), Failed> {
        let answer = self.connect().and_then(|mut client| {
            client.send("too late\n")?;
            client.answer()
        });
        match answer {
            Ok(answer) => same("the answer", answer, ""),
            Err(error) => match error.kind() {
                ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Ok(()),
                _ => Err(error.into()),
            },
        }
    }
}

struct Client(TcpStream);

impl Client {
    fn send(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())
    }

    /// All that comes until the connection is closed.
    fn answer(&mut self) -> io::Result<String> {
        let mut answer = String::new();
        self.0.read_to_string(&mut answer)?;
        Ok(answer)
    }
}
