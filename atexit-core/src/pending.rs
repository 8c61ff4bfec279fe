//! All that is pending, declared and registered, in one order.

use crate::declared::Declared;
use crate::entry::Entry;
use crate::identity::Identity;
use crate::info::HandlerInfo;
use crate::registry::{Key, Registry};

/// What was declared and, newer than all of that, what was registered by call.
pub(crate) struct Pending {
    pub(crate) declared: Declared,
    pub(crate) called: Registry<Entry>,
}

/// How far back to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Since {
    /// All that is pending.
    Ever,
    /// What was registered by call since then.
    Mark(Key),
}

impl Pending {
    pub(crate) const fn new() -> Self {
        Self { declared: Declared::new(), called: Registry::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.called.len() + self.declared.len()
    }

    pub(crate) fn release_memory(&mut self) {
        self.declared.release_memory();
        self.called.release_memory();
    }

    /// What would run, in that order.
    pub(crate) fn infos(&self) -> Vec<HandlerInfo> {
        let called = self.called.newest_first().map(Entry::info);
        called.chain(self.declared.newest_first().map(|declaration| declaration.entry().info())).collect()
    }

    /// Takes out the newest.
    pub(crate) fn take_last(&mut self, since: Since) -> Option<Entry> {
        match since {
            Since::Mark(mark) => self.called.take_last(mark),
            Since::Ever => self
                .called
                .take_last(Key::OLDEST)
                .or_else(|| self.declared.take_last().map(crate::declared::Declaration::entry)),
        }
    }

    /// Takes out every registration of one function: those by call, and the number of those by attribute, which own
    /// nothing that would have to be dropped.
    pub(crate) fn take_function(&mut self, identity: Identity) -> (Vec<Entry>, usize) {
        let called = self.called.take_all(|entry| entry.is(identity));
        (called, self.declared.take_all(|declaration| declaration.is(identity)))
    }

    /// Takes out everything, as [`take_function`](Self::take_function) does.
    pub(crate) fn take_all(&mut self) -> (Vec<Entry>, usize) {
        (self.called.take_all(|_| true), self.declared.take_all(|_| true))
    }
}
