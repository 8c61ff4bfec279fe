//! Signals in a program that has closed all its files, as daemons do.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use atexit::signals;
use atexit_test_support::{
    Failed, Process, Program, Scenario, Status, files, helper, register_letters, same, say, scenario, scratch,
};
use libc::SIGTERM;

use crate::forking::{CHILDREN_START_NO_THREADS, in_a_child};
use crate::programs::send_and_wait;

/// The variable that says where the program opens files.
const FOLDER: &str = "FOLDER";

/// How many files it opens: more than a program has open that opened none itself.
const FILES: usize = 40;

/// Closes all files but the standard streams.
fn close_all_files() {
    for file in 3..1024 {
        // SAFETY: nothing of the program's own is open. That the runtime gets along without its files is what is
        // tested.
        unsafe { libc::close(file) };
    }
}

/// Installs, registers and closes all files.
fn prepare() {
    signals::install().unwrap();
    register_letters("ab");
    close_all_files();
}

/// The ends of a pipe: to read, and to write.
fn pipe() -> (File, File) {
    let mut ends = [0; 2];
    // SAFETY: `ends` is there to be written, and nobody else has what is opened.
    unsafe {
        assert_eq!(libc::pipe(ends.as_mut_ptr()), 0);
        (File::from_raw_fd(ends[0]), File::from_raw_fd(ends[1]))
    }
}

/// All that can be read without waiting.
fn content(mut stream: impl Read + AsRawFd) -> String {
    // SAFETY: the file is open.
    assert_eq!(unsafe { libc::fcntl(stream.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }, 0);
    let mut bytes = Vec::new();
    let error = stream.read_to_end(&mut bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Says what the streams hold, when the process exits. It should be what was written to them.
fn register_to_tell<T: Read + AsRawFd + Send + 'static>(streams: Vec<T>) {
    let highest = streams.iter().map(AsRawFd::as_raw_fd).max();
    assert!(highest.is_some_and(|highest| usize::try_from(highest).unwrap() > FILES));
    atexit::register(move || {
        for (number, stream) in streams.into_iter().enumerate() {
            let content = content(stream);
            if content != "x" {
                print!("{number}: {content:?} ");
            }
        }
        print!("read ");
    });
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("the_handlers_run_after_the_program_has_closed_all_files", || {
            prepare();
            send_and_wait(SIGTERM);
        })
        .prints("baD15")
        .killed_by(SIGTERM),
        scenario("nothing_is_written_to_or_read_from_pipes_that_are_opened_later", || {
            prepare();
            let mut writers = Vec::new();
            let mut readers = Vec::new();
            for _ in 0..FILES / 2 {
                let (reader, mut writer) = pipe();
                writer.write_all(b"x").unwrap();
                readers.push(reader);
                writers.push(writer);
            }
            register_to_tell(readers);
            send_and_wait(SIGTERM);
        })
        .prints("read baD15")
        .killed_by(SIGTERM),
        scenario("nothing_is_written_to_or_read_from_sockets_that_are_opened_later", || {
            prepare();
            let mut sockets = Vec::new();
            for _ in 0..FILES / 2 {
                let (mut one, mut other) = UnixStream::pair().unwrap();
                one.write_all(b"x").unwrap();
                other.write_all(b"x").unwrap();
                sockets.extend([one, other]);
            }
            // It keeps them open until all are read.
            let clones: Vec<UnixStream> = sockets.iter().map(|socket| socket.try_clone().unwrap()).collect();
            register_to_tell(clones);
            send_and_wait(SIGTERM);
        })
        .prints("read baD15")
        .killed_by(SIGTERM),
        scenario("a_daemon_that_has_closed_all_files_installs_again", || {
            prepare();
            let status = in_a_child(|| {
                close_all_files();
                signals::install().unwrap();
                close_all_files();
                send_and_wait(SIGTERM);
            });
            say(&format!(" {status} "));
            send_and_wait(SIGTERM);
        })
        .unless(CHILDREN_START_NO_THREADS)
        .prints("baD15 signal 15 baD15")
        .killed_by(SIGTERM),
        helper("with_other_files_in_place_of_those_it_closed", || {
            prepare();
            let folder = std::env::var(FOLDER).unwrap();
            let files: Vec<File> = (0..FILES)
                .map(|number| {
                    let mut file = File::create(Path::new(&folder).join(format!("{number:02}"))).unwrap();
                    file.write_all(b"x").unwrap();
                    file
                })
                .collect();
            send_and_wait(SIGTERM);
            drop(files);
        })
        .test("nothing_is_written_to_files_that_are_opened_later", nothing_is_written),
    ]
}

fn nothing_is_written(program: &Program) -> Result<(), Failed> {
    let folder = scratch("signals_descriptors");
    let mut command = program.command()?;
    command.env(FOLDER, &folder);
    let left = Process::run(command)?;
    let expected: String = (0..FILES).map(|number| format!("{number:02}:\nx")).collect();
    same("what is in the files", files(&folder)?, &expected)?;
    fs::remove_dir_all(&folder)?;
    left.is("baD15", Status::Signal(SIGTERM))
}
