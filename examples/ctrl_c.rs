//! Counts until Ctrl-C ends it, and saves how far it has come: the next start goes on from there.
//!
//! `cargo run --example ctrl_c` counts until a signal comes, `cargo run --example ctrl_c -- 5` ends by itself.
//!
//! In Python, where Ctrl-C is an exception, which ends the program in an ordinary way:
//!
//! ```python
//! import atexit, itertools, os, sys, time
//!
//! count = 0
//! if os.path.exists("ctrl_c.state"):
//!     with open("ctrl_c.state") as state:
//!         count = int(state.read())
//!
//! @atexit.register
//! def save():
//!     with open("ctrl_c.new", "w") as state:
//!         state.write(f"{count}\n")
//!     os.replace("ctrl_c.new", "ctrl_c.state")
//!     print(f"Saved {count}.")
//!
//! for _ in range(int(sys.argv[1])) if len(sys.argv) > 1 else itertools.count():
//!     count += 1
//!     print(count)
//!     time.sleep(0.1)
//! ```

use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{env, fs, io, thread};

use atexit::atexit;

/// How far it has come; `None` until the first tick. Registered before `main` begins, the handler runs even if `main`
/// can't read the old state, and must not overwrite it then.
static COUNT: Mutex<Option<u64>> = Mutex::new(None);

fn count() -> MutexGuard<'static, Option<u64>> {
    // A tick that panics, since nobody reads what it prints, is no reason not to save.
    COUNT.lock().unwrap_or_else(PoisonError::into_inner)
}

#[atexit(args((*count())?))]
fn save(count: u64) -> io::Result<()> {
    // A second Ctrl-C ends the program at once, perhaps here. So the old state stays until the new one is complete.
    fs::write("ctrl_c.new", format!("{count}\n"))?;
    fs::rename("ctrl_c.new", "ctrl_c.state")?;
    println!("Saved {count}.");
    Ok(())
}

fn load() -> Result<u64, Box<dyn Error>> {
    match fs::read_to_string("ctrl_c.state") {
        Ok(state) => Ok(state.trim_end().parse()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // From here on Ctrl-C runs the handlers, and then the program ends by that signal, as it would have without.
    atexit::install()?;

    let ticks = env::args().nth(1).map_or(Ok(usize::MAX), |ticks| ticks.parse())?;
    for next in (load()? + 1..).take(ticks) {
        let mut count = count();
        // The handler runs on another thread, while this one goes on. Asking with the lock in hand makes sure that the
        // number that is saved is the last one that was printed.
        if atexit::is_exiting() {
            break;
        }
        *count = Some(next);
        println!("{next}");
        drop(count);
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}
