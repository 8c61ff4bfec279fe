//! Programs that a test starts: it waits for what they print, sends them signals, and has all that they leave.

mod one;
#[cfg(unix)]
mod unix;

use std::io::{self, Read};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;

use crate::compare::{errors, text};
use crate::scenario::Status;
pub use one::{NAMESPACE, PROCESS_ONE_CAN_RAISE, as_process_one};
#[cfg(unix)]
pub use unix::{Limit, limit};

/// How long after a first signal a second one is surely a message of its own: they are the same within 100
/// milliseconds.
pub const LATER: Duration = Duration::from_millis(300);

/// Far longer than any program of the tests takes, on however busy a machine.
const HANGS: Duration = Duration::from_secs(120);

/// Far longer than the end of a stream takes to arrive once nobody holds it, on however busy a machine.
const ARRIVES: Duration = Duration::from_secs(10);

/// A program that is running. It is killed when this is dropped, and when it hangs, whatever the test is waiting for.
pub struct Process {
    child: Arc<Mutex<Child>>,
    /// Whether the program is the child of that child, which started it as process 1.
    is_process_one: bool,
    started: Instant,
    stdout: Stream,
    stderr: Stream,
    /// Tells the thread that would kill it, by being dropped, that it isn't needed any more.
    _killer: Sender<()>,
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
    /// Runs a program to its end.
    ///
    /// # Errors
    ///
    /// If it can't be started, or as [`end`](Self::end).
    pub fn run(command: Command) -> Result<Left, Failed> {
        Self::start(command)?.end()
    }

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
        let started = Instant::now();
        let is_process_one = command.get_program() == one::UNSHARE;
        let mut child = spawn(&mut command)?;
        let (stdout, stderr) = (Stream::of(child.stdout.take()), Stream::of(child.stderr.take()));
        let child = Arc::new(Mutex::new(child));
        let killer = kill_if_it_hangs(Arc::clone(&child));
        Ok(Self { child, is_process_one, started, stdout, stderr, _killer: killer })
    }

    /// Waits until it has printed this.
    ///
    /// # Errors
    ///
    /// If it ends without, or hangs.
    pub fn wait_for(&mut self, text: &str) -> Result<(), Failed> {
        while !self.stdout.holds(text) {
            if !self.stdout.read_more(self.started + HANGS + ARRIVES)? {
                return Err(format!("it ended without printing {text:?}, having printed {:?}", self.printed()).into());
            }
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
        let child = lock(&self.child).id();
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
        lock(&self.child).stdin.take()
    }

    /// What it has printed so far.
    #[must_use]
    pub fn printed(&self) -> String {
        text(&self.stdout.bytes)
    }

    /// Waits until it has ended. What it reads ends before.
    ///
    /// # Errors
    ///
    /// If it hangs, or if what it wrote can't be read to the end, as when a process that it started holds its output.
    pub fn end(mut self) -> Result<Left, Failed> {
        lock(&self.child).stdin = None;
        let status = self.wait()?;
        if self.started.elapsed() >= HANGS {
            // The pipes may be held open by its children, so they are not read to the end.
            self.stdout.read_what_is_there();
            self.stderr.read_what_is_there();
            let (printed, written) = (self.printed(), errors(&self.stderr.bytes));
            return Err(
                format!("it hangs, having printed {printed:?}, and written {written:?} to standard error").into()
            );
        }
        let arrives = Instant::now() + ARRIVES;
        for stream in [&mut self.stdout, &mut self.stderr] {
            let held = |_| format!("it ended with {status}, but what it started still holds its output");
            while stream.read_more(arrives).map_err(held)? {}
        }
        Ok(Left { stdout: self.printed(), stderr: errors(&self.stderr.bytes), status })
    }

    /// Waits until it has ended, or was killed because it hangs. The thread that would kill it shares it, so that
    /// neither may wait for it in the system.
    fn wait(&self) -> io::Result<Status> {
        loop {
            if let Some(status) = lock(&self.child).try_wait()? {
                return Ok(Status::of(status));
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut child = lock(&self.child);
        // It may have ended.
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a program. On a loaded machine, it may end in wine 8 before any code of it has run, which is then the error
/// `ERROR_INTERNAL_ERROR`: it is started again.
fn spawn(command: &mut Command) -> io::Result<Child> {
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

/// Kills it if what this returns isn't dropped before it hangs.
fn kill_if_it_hangs(child: Arc<Mutex<Child>>) -> Sender<()> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        if receiver.recv_timeout(HANGS) == Err(RecvTimeoutError::Timeout) {
            // It may have ended.
            let _ = lock(&child).kill();
        }
    });
    sender
}

/// One of the streams that a program writes to. A thread reads it from the beginning, so that a program which writes
/// much to both isn't held up.
struct Stream {
    /// What the thread reads. It goes when the stream has ended, and never if it doesn't.
    pieces: Receiver<io::Result<Vec<u8>>>,
    /// What has come so far.
    bytes: Vec<u8>,
}

impl Stream {
    /// None has ended at once.
    fn of(stream: Option<impl Read + Send + 'static>) -> Self {
        let (sender, pieces) = mpsc::channel();
        if let Some(stream) = stream {
            thread::spawn(move || hand_on(stream, &sender));
        }
        Self { pieces, bytes: Vec::new() }
    }

    fn holds(&self, text: &str) -> bool {
        self.bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    /// Waits for more, but only until then, which is an error. Whether there was more: else the stream has ended.
    fn read_more(&mut self, until: Instant) -> io::Result<bool> {
        match self.pieces.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(piece) => self.bytes.extend(piece?),
            Err(RecvTimeoutError::Disconnected) => return Ok(false),
            Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::TimedOut.into()),
        }
        Ok(true)
    }

    fn read_what_is_there(&mut self) {
        self.pieces.try_iter().flatten().for_each(|piece| self.bytes.extend(piece));
    }
}

/// Reads to the end, or to an error.
fn hand_on(mut stream: impl Read, sender: &Sender<io::Result<Vec<u8>>>) {
    let mut bytes = [0; 4096];
    loop {
        let piece = match stream.read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => Ok(bytes[..count].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        // Nobody may be waiting any more.
        if piece.is_err() | sender.send(piece).is_err() {
            return;
        }
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

    /// Whether it exited with status 0.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status == Status::Code(0)
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
