//! The last lines are missing, or "The Python interpreter is not initialized", when a program in Python ends.
//!
//! What an extension keeps in a `static` is never dropped: a handler must close it. There are two times for that:
//!
//! - Python's own `atexit`, while Python can be called. At Ctrl-C it is the only one, since Python finalizes itself and
//!   then dies by the signal.
//! - The exit of the process, when Python has been finalized and must not be called. It is the only one if anything
//!   calls C's `exit`, and for what is opened after the first.
//!
//! So this extension has Python's `atexit` call `atexit::run`, and what is left runs when the process exits: each
//! handler once. One that wants Python asks with `Python::try_attach` whether it is there.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::pymodule;

static JOURNAL: Mutex<Option<BufWriter<File>>> = Mutex::new(None);

fn lock() -> MutexGuard<'static, Option<BufWriter<File>>> {
    JOURNAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The handler. It needs no Python, so that it works at both times.
fn close() -> io::Result<()> {
    let Some(mut journal) = lock().take() else { return Ok(()) };
    writeln!(journal, "closed")?;
    journal.into_inner()?.sync_all()
}

#[pymodule(name = "journal")]
mod module {
    use super::{BufWriter, File, PathBuf, PyValueError, Write, close, lock};
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let run = wrap_pyfunction!(run_handlers, module)?;
        module.py().import("atexit")?.call_method1("register", (run,))?;
        Ok(())
    }

    #[pyfunction]
    fn run_handlers(py: Python<'_>) {
        // What a handler waits for, such as another thread, may need Python, too.
        py.detach(atexit::run);
    }

    /// Opens the journal, which is closed when the program ends.
    #[pyfunction]
    fn open(path: PathBuf) -> PyResult<()> {
        let mut journal = lock();
        if journal.is_some() {
            return Err(PyValueError::new_err("a journal is open already"));
        }
        *journal = Some(BufWriter::new(File::create(path)?));
        atexit::register(close);
        Ok(())
    }

    /// Adds a line, which stays in memory until there are many or the journal is closed.
    #[pyfunction]
    fn write(line: &str) -> PyResult<()> {
        assert!(!line.contains('\n'), "one line at a time");
        let mut journal = lock();
        let journal = journal.as_mut().ok_or_else(|| PyValueError::new_err("no journal is open"))?;
        Ok(writeln!(journal, "{line}")?)
    }

    /// Has a Python function called before the journal is closed, if Python can still be called then.
    #[pyfunction]
    fn before_closing(function: Py<PyAny>) {
        atexit::register(move || {
            Python::try_attach(|py| function.call0(py).map(drop)).unwrap_or_else(|| {
                eprintln!("journal: Python is gone");
                Ok(())
            })
        });
    }
}
