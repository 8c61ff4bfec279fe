//! What is done when a thread destroys its thread-locals.

use std::cell::Cell;

/// A thread-local that calls a function when it is destroyed.
pub struct Destructor(Cell<Option<Box<dyn FnOnce()>>>);

impl Destructor {
    /// It calls nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// From now on it calls this.
    pub fn calls(&self, function: impl FnOnce() + 'static) {
        self.0.set(Some(Box::new(function)));
    }
}

impl Default for Destructor {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Destructor {
    fn drop(&mut self) {
        if let Some(function) = self.0.take() {
            function();
        }
    }
}
