//! The places that we hold in the C runtime's list, each with a mark of the moment when it was taken.
//!
//! The C runtime calls back once for each place, the one that was taken last first, and has its own handlers and the
//! destructors of C++ in between. What it doesn't say is which place it has reached; but since it goes through its
//! list backwards, that is the newest one of ours that it has not reached yet. At each place everything is run that
//! was registered since its mark. So what C or C++ set up before a handler was registered is still there when it runs.
//!
//! A place can't be given back: when its handler is taken back it stays, idle. So that memory doesn't grow for
//! ever in a program that registers and takes back in a loop, no new place is taken once many are idle. A handler that
//! is registered then has the place of the newest handler before it, or an idle one, which is older than it should
//! be: it still runs exactly once, and in order among our handlers, but after the C and C++ teardown that was set up
//! since that older place.

use crate::registry::Key;

/// The marks of our places, oldest first. The place that was taken before `main` is not among them.
pub(crate) struct Places {
    marks: Vec<Key>,
}

impl Places {
    /// So many places may be idle. Each costs 8 bytes here and, in glibc, 32 there.
    const IDLE: usize = 16_384;

    pub(crate) const fn new() -> Self {
        Self { marks: Vec::new() }
    }

    /// Whether a new place may be taken when so many handlers are pending.
    pub(crate) fn has_room(&self, pending: usize) -> bool {
        // Each pending handler makes at most one place busy, so all places but `pending` are surely idle.
        self.marks.len() < pending + Self::IDLE
    }

    pub(crate) fn push(&mut self, mark: Key) {
        self.marks.push(mark);
    }

    /// Takes back what was pushed last, since the C runtime refused the place.
    pub(crate) fn refused(&mut self, mark: Key) {
        if self.marks.last() == Some(&mark) {
            self.marks.pop();
        }
    }

    pub(crate) fn release_memory(&mut self) {
        self.marks.shrink_to_fit();
    }

    /// The C runtime has reached a place of ours: the newest.
    pub(crate) fn reached(&mut self) -> Option<Key> {
        self.marks.pop()
    }
}
