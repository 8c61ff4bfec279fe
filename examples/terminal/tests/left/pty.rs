//! A terminal that the test makes: what a program writes to it, the test reads.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use atexit_test_support::{Failed, open_terminal};
use rustix::process::{ioctl_tiocsctty, setsid};
use rustix::termios::tcgetattr;

/// Far longer than the program takes to draw, on however busy a machine.
const HANGS: Duration = Duration::from_secs(60);

pub(crate) struct Pty {
    /// The side of the one who types and reads.
    user: File,
    /// The side of the program.
    terminal: File,
    /// The settings that it began with.
    pub(crate) before: String,
    output: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Pty {
    pub(crate) fn open() -> io::Result<Self> {
        let (user, terminal) = open_terminal()?;
        let before = settings(&terminal)?;
        let output = Arc::default();
        let reader = thread::spawn({
            let (user, output) = (user.try_clone()?, Arc::clone(&output));
            move || read(user, &output)
        });
        Ok(Self { user, terminal, before, output, reader })
    }

    /// Its settings, as `stty` would show them.
    pub(crate) fn settings(&self) -> io::Result<String> {
        settings(&self.terminal)
    }

    /// Makes it the terminal of a program that is to be started.
    pub(crate) fn give_to(&self, program: &mut Command) -> io::Result<()> {
        program.stdin(self.terminal.try_clone()?);
        program.stdout(self.terminal.try_clone()?);
        program.stderr(self.terminal.try_clone()?);
        // SAFETY: both are system calls and nothing else, so they may be made between `fork` and `exec`.
        unsafe {
            program.pre_exec(|| {
                setsid()?;
                ioctl_tiocsctty(rustix::stdio::stdin())?;
                Ok(())
            });
        }
        Ok(())
    }

    /// Types this.
    pub(crate) fn write(&self, keys: &[u8]) -> io::Result<()> {
        (&self.user).write_all(keys)
    }

    /// Waits until the program has written this.
    pub(crate) fn wait_for(&self, text: &str) -> Result<(), Failed> {
        let started = Instant::now();
        while !String::from_utf8_lossy(&lock(&self.output)).contains(text) {
            if started.elapsed() > HANGS {
                return Err(format!("{text:?} should show: {:?}", String::from_utf8_lossy(&lock(&self.output))).into());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// All that programs have written to it. They have to have ended.
    pub(crate) fn output(self) -> Result<Vec<u8>, Failed> {
        // When nobody has it open, what is written to it ends.
        drop(self.terminal);
        self.reader.join().map_err(|_| "the thread that reads panicked")?;
        let output = lock(&self.output).clone();
        Ok(output)
    }
}

fn settings(terminal: &File) -> io::Result<String> {
    Ok(format!("{:#?}", tcgetattr(terminal)?))
}

fn read(mut user: File, output: &Mutex<Vec<u8>>) {
    let mut bytes = [0; 1024];
    // On Linux, an error says that nobody has the terminal open any more; elsewhere, the end of what is read does.
    while let Ok(count @ 1..) = user.read(&mut bytes) {
        lock(output).extend(&bytes[..count]);
    }
}

fn lock(output: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    output.lock().unwrap_or_else(PoisonError::into_inner)
}
