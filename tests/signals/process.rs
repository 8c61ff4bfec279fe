//! A program that runs beside the test, which waits for what it prints and sends it signals.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use atexit_test_support::{Failed, Status};

/// Far longer than any program of the tests takes, on however busy a machine: in seconds.
const HANGS: u32 = 60;

/// How long after a first signal a second one is surely a message of its own: they are the same within 100
/// milliseconds.
pub(crate) const LATER: Duration = Duration::from_millis(300);

/// A program that is running. It is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    stdout: ChildStdout,
    /// What it has printed so far.
    printed: Vec<u8>,
}

/// What a program leaves when it has ended.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: Status,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> io::Result<Self> {
        // SAFETY: these may be called between fork and exec, and allocate nothing.
        unsafe {
            command.pre_exec(|| {
                // A program that hangs is killed, whatever the test is waiting for.
                libc::alarm(HANGS);
                // A shell starts programs in the background with this one ignored.
                libc::signal(libc::SIGINT, libc::SIG_DFL);
                Ok(())
            });
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().expect("it is piped");
        Ok(Self { child, stdout, printed: Vec::new() })
    }

    /// Waits until it has printed this.
    pub(crate) fn wait_for(&mut self, text: &str) -> Result<(), Failed> {
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

    pub(crate) fn id(&self) -> libc::pid_t {
        self.child.id().try_into().expect("the number was one of that type")
    }

    pub(crate) fn signal(&self, signal: i32) -> io::Result<()> {
        // It was not waited for and so still has its number.
        send(self.id(), signal)
    }

    /// What it reads. Closed when it is dropped.
    pub(crate) fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// What it has printed so far.
    pub(crate) fn printed(&self) -> String {
        String::from_utf8_lossy(&self.printed).into_owned()
    }

    /// Waits until it has ended. None of the programs writes so much to standard error that it would have to wait for
    /// a reader.
    pub(crate) fn end(mut self) -> Result<Left, Failed> {
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
    pub(crate) fn is(&self, stdout: &str, status: Status) -> Result<(), Failed> {
        if self.stdout == stdout && self.stderr.is_empty() && self.status == status {
            return Ok(());
        }
        Err(format!("it should print {stdout:?} and end with {status}: {self:#?}").into())
    }
}

/// Sends a signal to a process.
pub(crate) fn send(process: libc::pid_t, signal: i32) -> io::Result<()> {
    // SAFETY: it only sends a signal.
    if unsafe { libc::kill(process, signal) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The program, started by another one, whose last arguments are a command.
pub(crate) fn started_by(starter: &str, arguments: &[&str], program: &Command) -> Command {
    let mut command = Command::new(starter);
    command.args(arguments).arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}
