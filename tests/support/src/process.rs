//! Programs that run beside the test, which waits for what they print and sends them signals.

mod one;
#[cfg(unix)]
mod unix;

use std::io::{self, Read};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use libtest_mimic::Failed;

use crate::scenario::Status;
pub use one::{NAMESPACE, PROCESS_ONE_CAN_RAISE, as_process_one};
#[cfg(unix)]
pub use unix::{Limit, limit};

/// How long after a first signal a second one is surely a message of its own: they are the same within 100
/// milliseconds.
pub const LATER: Duration = Duration::from_millis(300);

/// Far longer than the end of a stream takes to arrive once nobody holds it, on however busy a machine.
const ARRIVES: Duration = Duration::from_secs(10);

/// A program that is running. It is killed when this is dropped.
pub struct Process {
    child: Child,
    /// Whether the program is the child of that child, which started it as process 1.
    is_process_one: bool,
    /// What it has printed so far.
    printed: Vec<u8>,
}

/// What a program leaves when it has ended.
#[derive(Debug)]
pub struct Left {
    /// All that it printed.
    pub stdout: String,
    /// All that it wrote to standard error.
    pub stderr: String,
    /// How it ended.
    pub status: Status,
}

impl Process {
    /// Starts a program.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub fn start(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::start_as_it_is(command)
    }

    /// Starts a program with the input and output that the command gives it. What isn't piped is not for this to read.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub fn start_as_it_is(mut command: Command) -> io::Result<Self> {
        #[cfg(unix)]
        unix::end_some_time(&mut command);
        let is_process_one = command.get_program() == one::UNSHARE;
        Ok(Self { child: spawn(&mut command)?, is_process_one, printed: Vec::new() })
    }

    /// Waits until it has printed this.
    ///
    /// # Errors
    ///
    /// If it ends without.
    ///
    /// # Panics
    ///
    /// If its output isn't piped.
    pub fn wait_for(&mut self, text: &str) -> Result<(), Failed> {
        let stdout = self.child.stdout.as_mut().expect("it is piped");
        while !self.printed.windows(text.len()).any(|window| window == text.as_bytes()) {
            let mut bytes = [0; 256];
            let count = stdout.read(&mut bytes)?;
            if count == 0 {
                return Err(format!("it ended without printing {text:?}, having printed {:?}", self.printed()).into());
            }
            self.printed.extend(&bytes[..count]);
        }
        Ok(())
    }

    /// Its number, as the test sees it.
    ///
    /// # Errors
    ///
    /// If it is to be process 1 and can't be found.
    pub fn id(&self) -> io::Result<u32> {
        // It was not waited for and so still has its number.
        let child = self.child.id();
        if self.is_process_one { one::child_of(child) } else { Ok(child) }
    }

    /// Sends it a signal.
    ///
    /// # Errors
    ///
    /// If it can't be sent, or there are no signals here.
    pub fn signal(&self, signal: i32) -> io::Result<()> {
        #[cfg(unix)]
        return unix::send(self.id()?, signal);
        #[cfg(not(unix))]
        Err(io::Error::new(io::ErrorKind::Unsupported, format!("signal {signal} is for Unix")))
    }

    /// What it reads. Closed when it is dropped.
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// What it has printed so far.
    #[must_use]
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&self.printed).into_owned()
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    ///
    /// If what it wrote can't be read to the end, as when a process that it started holds its output.
    pub fn end(mut self) -> Result<Left, Failed> {
        let stdout = rest_of(self.child.stdout.take());
        let stderr = rest_of(self.child.stderr.take());
        let status = Status::of(self.child.wait()?);
        let held = |_| format!("it ended with {status}, but what it started still holds its output");
        self.printed.extend(stdout.recv_timeout(ARRIVES).map_err(held)??);
        let stderr = stderr.recv_timeout(ARRIVES).map_err(held)??;
        Ok(Left { stdout: self.printed(), stderr: String::from_utf8_lossy(&stderr).into_owned(), status })
    }
}

/// Starts a program. On a loaded machine, it may end in wine 8 before any code of it has run, which is then the error
/// `ERROR_INTERNAL_ERROR`: it is started again.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    const ERROR_INTERNAL_ERROR: i32 = 1359;
    #[cfg(unix)]
    unix::take_signals_by_default(command);
    let mut attempts = if cfg!(emulator = "wine") { 5 } else { 1 };
    loop {
        attempts -= 1;
        match command.spawn() {
            Err(error) if attempts > 0 && error.raw_os_error() == Some(ERROR_INTERNAL_ERROR) => {}
            result => return result,
        }
    }
}

/// Reads to the end on a thread of its own, which never returns if that doesn't come.
fn rest_of(stream: Option<impl Read + Send + 'static>) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let result = stream.map_or(Ok(0), |mut stream| stream.read_to_end(&mut bytes)).map(|_| bytes);
        // Nobody may be waiting any more.
        let _ = sender.send(result);
    });
    receiver
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Left {
    /// It printed this and nothing to standard error, and ended so.
    ///
    /// # Errors
    ///
    /// If not.
    pub fn is(&self, stdout: &str, status: Status) -> Result<(), Failed> {
        if self.stdout == stdout && self.stderr.is_empty() && self.status == status {
            return Ok(());
        }
        Err(format!("it should print {stdout:?} and end with {status}: {self:#?}").into())
    }
}

/// The program, started by another one, whose last arguments are a command.
#[must_use]
pub fn started_by(starter: &str, arguments: &[&str], program: &Command) -> Command {
    let mut command = Command::new(starter);
    command.args(arguments).arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = program.get_current_dir() {
        command.current_dir(folder);
    }
    command
}
