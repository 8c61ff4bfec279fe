//! Which thread this is, told without a destructor, so that it can be told at any time; and starting one for handlers.

use std::io;
use std::thread::{Builder, JoinHandle};

use super::{C, CRuntime};

/// A thread. Two that live at the same time are never equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Thread(usize);

impl Thread {
    /// `std::thread::current` may panic once the thread's locals are gone, which they are when handlers run.
    pub(crate) fn current() -> Self {
        Self(C::thread_number())
    }

    /// Not 0.
    pub(crate) fn number(self) -> usize {
        self.0
    }

    #[cfg(test)]
    pub(crate) fn numbered(number: usize) -> Self {
        Self(number)
    }
}

/// Starts a thread that handlers run on. Its stack is as large as the main thread's, and at least as large as the
/// standard library's threads have by default; where that can't be had, it is as large as these.
#[inline]
pub(crate) fn start_for_handlers<F>(name: &str, body: F) -> io::Result<JoinHandle<()>>
where
    F: FnOnce() + Clone + Send + 'static,
{
    /// As documented of `std::thread`. Not asked for by giving no size: the standard library would look into the
    /// environment, whose lock a fork may have left locked.
    const DEFAULT: usize = 2 << 20;

    let start = |size| Builder::new().name(name.to_owned()).stack_size(size).spawn(body.clone());
    match C::main_stack_size() {
        Some(size) if size > DEFAULT => start(size).or_else(|_| start(DEFAULT)),
        _ => start(DEFAULT),
    }
}
