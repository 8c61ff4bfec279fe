//! What is pending, annotated and registered, in one order; and the slots that we hold in the C runtime's list for it.
//! Plain data.

mod annotated;
mod marks;
mod registered;

pub(crate) use annotated::{Annotated, link};
pub(crate) use marks::Marks;
pub(crate) use registered::{Key, Registered};

use crate::handler::{Description, Entry, Identity, Record};
use crate::platform::SystemVec;

/// The annotated functions and, newer than all of these, what was registered by call.
pub(crate) struct Pending {
    pub(crate) annotated: Annotated,
    pub(crate) registered: Registered<Entry>,
    pub(crate) marks: Marks,
}

/// How far back to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DownTo {
    /// All that is pending.
    Oldest,
    /// What was registered by call since then.
    Mark(Key),
}

impl Pending {
    pub(crate) const fn new() -> Self {
        Self { annotated: Annotated::new(), registered: Registered::new(), marks: Marks::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.registered.len() + self.annotated.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether something is pending that was registered since.
    pub(crate) fn has(&self, down_to: DownTo) -> bool {
        match down_to {
            DownTo::Oldest => !self.is_empty(),
            DownTo::Mark(mark) => self.registered.has_down_to(mark),
        }
    }

    pub(crate) fn release_memory(&mut self) {
        self.registered.release_memory();
        self.marks.release_memory();
    }

    /// What would run, in that order. What tells about each is asked without the lock.
    #[inline]
    pub(crate) fn descriptions(&self) -> SystemVec<Description> {
        let mut descriptions = SystemVec::with_capacity(self.len());
        self.registered.newest_first().for_each(|entry| descriptions.push(entry.description()));
        self.annotated.newest_first().for_each(|record| descriptions.push(record.entry().description()));
        descriptions
    }

    /// Takes out the newest.
    #[inline]
    pub(crate) fn take_last(&mut self, down_to: DownTo) -> Option<Entry> {
        let (since, with_annotated) = match down_to {
            DownTo::Mark(mark) => (mark, false),
            DownTo::Oldest => (Key::OLDEST, true),
        };
        let registered = self.registered.take_last(since);
        if registered.is_none() && with_annotated { self.annotated.take_last().map(Record::entry) } else { registered }
    }

    /// Takes out every registration of one function: those by call, the newest last, and the number of those by
    /// attribute, which own nothing that would have to be dropped.
    #[inline]
    pub(crate) fn take_function(&mut self, identity: Identity) -> (SystemVec<Entry>, usize) {
        let registered = self.registered.take_all(|entry| entry.is(identity));
        (registered, self.annotated.take_all(|record| record.is(identity)))
    }

    /// Takes out everything, as [`take_function`](Self::take_function) does.
    #[inline]
    pub(crate) fn take_all(&mut self) -> (SystemVec<Entry>, usize) {
        (self.registered.take_all(|_| true), self.annotated.take_all(|_| true))
    }
}
