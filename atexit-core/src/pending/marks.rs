//! The slots that we hold in the C runtime's list, each with a mark of the moment when it was taken. Plain data.
//!
//! The C runtime calls back once for each slot, the one that was taken last first, and calls its own handlers and the
//! destructors of C++ in between. What it doesn't say is which slot it has reached; but since it goes through its list
//! backwards, that is the newest one of ours that it has not reached yet. At each slot everything is run that was
//! registered since its mark. So what C or C++ set up before a handler was registered is still there when it runs.
//!
//! Everything that is pending is run at two places that have no mark. The *base* is the slot below all others: it is
//! taken before `main`, or at the first registration where constructors don't run. The *floor* is the finalizers, which
//! ELF platforms call after the list, but FreeBSD and Android by an entry of the list, above the base. It has what the
//! C runtime didn't come to.
//!
//! A *barrier* has no mark either, and nothing to run: it is a slot taken during the exit, for threads to wait at.
//!
//! A slot can't be given back: when its handler is unregistered it stays, idle. So that memory doesn't grow forever
//! in a program that registers and unregisters in a loop, no new slot is taken once many are idle. A handler that is
//! registered then has the slot of the newest handler before it, or an idle one, which is older than it should be: it
//! still runs exactly once, and in order among our handlers, but after the C and C++ teardown that was set up since
//! that older slot.

use super::Key;
use crate::platform::{SystemVec, bounds};

/// The marks of our slots, oldest first, and whether the base and the floor are to come.
pub(crate) struct Marks {
    keys: SystemVec<Key>,
    base_is_to_come: bool,
    floor_is_to_come: bool,
}

impl Marks {
    pub(crate) const fn new() -> Self {
        Self { keys: SystemVec::new(), base_is_to_come: false, floor_is_to_come: true }
    }

    /// Whether a new slot may be taken when so many handlers are pending.
    pub(crate) fn has_room(&self, pending: usize) -> bool {
        // Each pending handler makes at most one slot busy, so all slots but `pending` are surely idle.
        self.keys.len() < pending + bounds::IDLE_SLOTS
    }

    pub(crate) fn push(&mut self, mark: Key) {
        self.keys.push(mark);
    }

    /// Removes what was pushed last, since the C runtime refused the slot.
    pub(crate) fn refused(&mut self, mark: Key) {
        if self.keys.last() == Some(&mark) {
            self.keys.pop();
        }
    }

    /// The C runtime has reached a slot of ours: the newest.
    pub(crate) fn reached(&mut self) -> Option<Key> {
        self.keys.pop()
    }

    pub(crate) fn base_placed(&mut self) {
        self.base_is_to_come = true;
    }

    pub(crate) fn base_reached(&mut self) {
        self.base_is_to_come = false;
    }

    /// Whether everything that is pending will be run at the base, whatever becomes of the other slots.
    pub(crate) fn base_is_to_come(&self) -> bool {
        self.base_is_to_come
    }

    pub(crate) fn floor_reached(&mut self) {
        self.floor_is_to_come = false;
    }

    /// Whether what the C runtime doesn't come to will be run by the finalizers.
    pub(crate) fn floor_is_to_come(&self) -> bool {
        self.floor_is_to_come
    }

    pub(crate) fn release_memory(&mut self) {
        self.keys.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pending::Registered;

    #[test]
    fn there_is_room_while_few_slots_are_idle() {
        let (few, many) = (0, 1);
        let mut marks = Marks::new();
        for _ in 0..bounds::IDLE_SLOTS {
            assert!(marks.has_room(few));
            marks.push(Registered::<()>::new().mark());
        }
        assert!(!marks.has_room(few) && marks.has_room(many));
    }
}
