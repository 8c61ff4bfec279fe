//! Several copies of the crate in one process: a program's, and those of libraries that it loads, each of which was
//! linked with its own.
//!
//! The library is that of the fixture `libraries`. What its handlers do is for the program to say: they call functions
//! of it.

mod between;
mod deadline;
mod exiting;
mod forking;
mod together;

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsString, c_char, c_int, c_uint, c_void};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use atexit::signals;
use atexit_test_support::{
    self as support, Build, Failed, Scenario, message, say, scenario, scratch, sleep_for_long, wait_in_vain,
};
use libc::SIGTERM;

pub(crate) fn scenarios() -> Vec<Scenario> {
    let scenarios = [
        together::scenarios(),
        deadline::scenarios(),
        exiting::scenarios(),
        forking::scenarios(),
        between::scenarios(),
    ];
    scenarios.into_iter().flatten().collect()
}

/// The variable that says where the libraries are.
const FOLDER: &str = "LIBRARIES";

/// The libraries that a program may load. Two files are two libraries, whatever is in them.
const FILES: [&str; 2] = ["one.so", "other.so"];

/// Where they are, once they are built.
static LIBRARIES: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let folder = scratch("signals");
    let library = Build::new("libraries", &["--package", "handlers"]).artifact("libhandlers.so").map_err(message)?;
    for file in FILES {
        fs::copy(&library, folder.join(file)).map_err(|error: io::Error| error.to_string())?;
    }
    Ok(folder)
});

/// A program, which may load the libraries. By default a signal ends it.
fn copies(name: impl Into<Cow<'static, str>>, main: impl Fn() + 'static) -> Scenario {
    scenario(name, main).prepared(with_libraries).killed_by(SIGTERM)
}

/// The same for one that is no test by itself.
fn helper(name: &'static str, main: impl Fn() + 'static) -> Scenario {
    support::helper(name, main).prepared(with_libraries)
}

/// Tells the program where the libraries are.
fn with_libraries(command: &mut Command) -> Result<(), Failed> {
    command.env(FOLDER, LIBRARIES.as_ref().map_err(Failed::from)?);
    Ok(())
}

/// A library that is loaded.
#[derive(Clone, Copy)]
struct Library(usize);

impl Library {
    fn load(file: &str) -> Self {
        let folder = PathBuf::from(std::env::var_os(FOLDER).expect("the test says where they are"));
        let file = OsString::from(folder.join(file)).into_vec();
        let file = CString::new(file).expect("a path holds no null");
        // SAFETY: the library is one of the fixtures', whose constructors may be called at any time.
        let handle = unsafe { libc::dlopen(file.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        assert!(!handle.is_null(), "the library can be loaded");
        Self(handle as usize)
    }

    fn find(self, name: &CStr) -> *mut c_void {
        // SAFETY: the library is loaded.
        let symbol = unsafe { libc::dlsym(self.0 as *mut c_void, name.as_ptr()) };
        assert!(!symbol.is_null(), "the library has {name:?}");
        symbol
    }
}

/// A copy of the crate.
#[derive(Clone, Copy)]
enum Crate {
    /// That of the program.
    Own,
    /// That of a library.
    Of(Library),
}

impl Crate {
    /// That of the program and that of a library, both of which have installed, and neither has a handler.
    fn both() -> [Self; 2] {
        let copies = Self::several();
        copies.into_iter().for_each(Self::install);
        copies
    }

    /// That of the program, and those of as many libraries, none with a handler.
    fn several<const COUNT: usize>() -> [Self; COUNT] {
        std::array::from_fn(|number| match number.checked_sub(1) {
            None => {
                atexit::clear();
                Self::Own
            }
            Some(library) => Self::load(FILES[library]),
        })
    }

    /// That of a library which is loaded for it.
    fn load(file: &str) -> Self {
        let library = Library::load(file);
        // SAFETY: that is its type in `handlers.h`.
        let clear: extern "C" fn() -> usize = unsafe { std::mem::transmute(library.find(c"atexit_clear")) };
        clear();
        Self::Of(library)
    }

    fn install(self) {
        match self {
            Self::Own => signals::install().unwrap(),
            Self::Of(library) => {
                // SAFETY: that is its type in `handlers.h`.
                let install: extern "C" fn() -> bool =
                    unsafe { std::mem::transmute(library.find(c"atexit_install_signals")) };
                assert!(install());
            }
        }
    }

    fn install_for(self, signal: c_int) {
        match self {
            Self::Own => signals::install_for(&[signal]).unwrap(),
            Self::Of(library) => {
                // SAFETY: that is its type in `handlers.h`.
                let install: extern "C" fn(c_int) -> bool =
                    unsafe { std::mem::transmute(library.find(c"atexit_install_signal")) };
                assert!(install(signal));
            }
        }
    }

    /// Closes the library, of which nobody may ask for anything after that.
    fn unload(self) {
        if let Self::Of(Library(handle)) = self {
            // SAFETY: the handle is closed once.
            assert_eq!(unsafe { libc::dlclose(handle as *mut c_void) }, 0);
        }
    }

    /// Registers a handler that calls the function.
    fn call(self, function: extern "C" fn()) {
        match self {
            Self::Own => drop(atexit::register(move || function())),
            Self::Of(library) => {
                // SAFETY: that is its type in `handlers.h`.
                let call: extern "C" fn(extern "C" fn()) = unsafe { std::mem::transmute(library.find(c"atexit_call")) };
                call(function);
            }
        }
    }

    /// Registers a handler that writes the letter, at once.
    fn letter(self, letter: char) {
        match self {
            Self::Own => drop(atexit::register(move || say(&letter.to_string()))),
            Self::Of(library) => {
                // SAFETY: that is its type in `handlers.h`.
                let call: extern "C" fn(c_char) = unsafe { std::mem::transmute(library.find(c"atexit_letter")) };
                call(c_char::try_from(u32::from(letter)).unwrap());
            }
        }
    }

    fn exit(self, status: c_int) {
        match self {
            Self::Own => atexit::exit(status),
            Self::Of(library) => {
                // SAFETY: that is its type in `handlers.h`.
                let exit: extern "C" fn(c_int) = unsafe { std::mem::transmute(library.find(c"atexit_exit")) };
                exit(status);
            }
        }
    }

    fn set_deadline(self, time: Duration) {
        match self {
            Self::Own => atexit::set_deadline(Some(time)),
            Self::Of(library) => {
                // SAFETY: that is its type in `handlers.h`.
                let set: extern "C" fn(c_uint) = unsafe { std::mem::transmute(library.find(c"atexit_deadline")) };
                set(time.as_millis().try_into().unwrap());
            }
        }
    }
}

/// How many copies have run their last handler.
static DONE: AtomicUsize = AtomicUsize::new(0);

/// The last handler of a copy that has no other.
extern "C" fn done() {
    DONE.fetch_add(1, SeqCst);
}

/// Waits until as many copies have run their last handler.
fn wait_until_done(copies: usize) {
    while DONE.load(SeqCst) < copies {
        thread::yield_now();
    }
}

/// The same, and until they have had the time to end the process.
fn outlast(others: usize) {
    wait_until_done(others);
    wait_in_vain();
}

/// The last handler of a copy beside one that is done: it says so when that has had the time to end the process.
extern "C" fn outlast_one() {
    outlast(1);
    say("outlasts one ");
}

/// The same beside two.
extern "C" fn outlast_two() {
    outlast(2);
    say("outlasts two ");
}

/// A handler that never returns.
extern "C" fn hang() {
    say("hangs ");
    sleep_for_long();
}
