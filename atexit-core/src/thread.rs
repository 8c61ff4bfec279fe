//! Which thread this is, told without a destructor, so that it can be told at any time; and starting one for handlers.

use std::thread;

use crate::platform::{C, CRuntime};

/// A thread. Two that live at the same time are never equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Thread(usize);

impl Thread {
    /// `std::thread::current` may panic once the thread's locals are gone, which they are when handlers run.
    pub(crate) fn current() -> Self {
        Self(C::thread_number())
    }

    /// A thread that handlers run on, with a stack as large as the main thread's.
    pub(crate) fn for_handlers(name: &str) -> thread::Builder {
        let builder = thread::Builder::new().name(name.to_owned());
        match C::main_stack_size() {
            Some(size) => builder.stack_size(size),
            None => builder,
        }
    }

    #[cfg(test)]
    pub(crate) fn numbered(number: usize) -> Self {
        Self(number)
    }
}
