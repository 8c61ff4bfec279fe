//! Programs that run beside the test, which waits for what they print and sends them signals.

mod one;
#[cfg(unix)]
mod unix;

use std::io::{self, Read};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use libtest_mimic::Failed;

use crate::scenario::Status;
pub use one::NAMESPACE;

/// How long after a first signal a second one is surely a message of its own: they are the same within 100
/// milliseconds.
pub const LATER: Duration = Duration::from_millis(300);

/// A program that is running. It is killed when this is dropped.
pub struct Process {
    child: Child,
    /// Whether the program is the child of that child, which started it as process 1.
    is_process_one: bool,
    stdout: ChildStdout,
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
    ///
    /// # Panics
    ///
    /// Never.
    pub fn start(mut command: Command) -> io::Result<Self> {
        #[cfg(unix)]
        unix::prepare(&mut command);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().expect("it is piped");
        Ok(Self { child, is_process_one: false, stdout, printed: Vec::new() })
    }

    /// Waits until it has printed this.
    ///
    /// # Errors
    ///
    /// If it ends without.
    pub fn wait_for(&mut self, text: &str) -> Result<(), Failed> {
        while !self.printed.windows(text.len()).any(|window| window == text.as_bytes()) {
            let mut bytes = [0; 256];
            let count = self.stdout.read(&mut bytes)?;
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

    /// Waits until it has ended. It must not write so much to standard error that it would have to wait for a reader.
    ///
    /// # Errors
    ///
    /// If what it wrote can't be read.
    ///
    /// # Panics
    ///
    /// Never.
    pub fn end(mut self) -> Result<Left, Failed> {
        self.stdout.read_to_end(&mut self.printed)?;
        let mut stderr = String::new();
        self.child.stderr.take().expect("it is piped").read_to_string(&mut stderr)?;
        let status = Status::of(self.child.wait()?);
        Ok(Left { stdout: self.printed(), stderr, status })
    }
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
