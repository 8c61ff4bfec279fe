//! What was registered by call, in the order of registration: an ordered store.
//!
//! Plain data, without globals and without a platform. Keys only grow, so the cells are sorted by key and a key is
//! found by binary search. What is taken out of the middle leaves an empty cell; when more than half of the cells are
//! empty they are closed up. So adding and taking cost constant and logarithmic time, amortised, and the memory
//! follows what is in the store.

use crate::platform::SystemVec;

/// Names one value in a [`Registered`], and marks the moment at which it was added.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Key(u64);

impl Key {
    /// Older than all keys.
    pub(crate) const OLDEST: Self = Self(0);
}

/// Values in the order in which they were added.
pub(crate) struct Registered<T> {
    /// Sorted by key. The last cell, if there is one, is occupied.
    cells: SystemVec<Cell<T>>,
    occupied: usize,
    next: Key,
}

struct Cell<T> {
    key: Key,
    value: Option<T>,
}

impl<T> Registered<T> {
    /// Fewer cells than this are not worth giving back.
    const SMALL: usize = 64;

    pub(crate) const fn new() -> Self {
        Self { cells: SystemVec::new(), occupied: 0, next: Key::OLDEST }
    }

    /// Begins anew after what was there has been lost, that many times by now. Whoever has a key of those times finds
    /// nothing: from here on, all are greater.
    pub(crate) fn begin_after_losses(&mut self, losses: u16) {
        self.next = Key(u64::from(losses) << 48);
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.occupied
    }

    /// Whether there is a value that isn't older than that key.
    pub(crate) fn has_down_to(&self, down_to: Key) -> bool {
        self.cells.last().is_some_and(|last| last.key >= down_to)
    }

    /// The key that the next value will get: a mark between all that is there now and all that comes later.
    pub(crate) fn mark(&self) -> Key {
        self.next
    }

    /// Adds the newest value.
    pub(crate) fn add(&mut self, value: T) -> Key {
        let key = self.next;
        self.next.0 += 1;
        self.cells.push(Cell { key, value: Some(value) });
        self.occupied += 1;
        key
    }

    /// Whether the value of that key is still there.
    pub(crate) fn contains(&self, key: Key) -> bool {
        self.find(key).is_some_and(|index| self.cells[index].value.is_some())
    }

    /// Takes out the value of that key, if it is still there.
    pub(crate) fn take(&mut self, key: Key) -> Option<T> {
        let index = self.find(key)?;
        let value = self.cells[index].value.take()?;
        self.taken(1);
        Some(value)
    }

    /// Takes out the newest value, if it isn't older than that key.
    #[inline]
    pub(crate) fn take_last(&mut self, down_to: Key) -> Option<T> {
        let last = self.cells.pop_if(|last| last.key >= down_to)?;
        self.taken(1);
        last.value
    }

    /// Takes out all values that fit, the newest last.
    pub(crate) fn take_all(&mut self, mut fits: impl FnMut(&T) -> bool) -> SystemVec<T> {
        let mut taken = SystemVec::new();
        for cell in self.cells.iter_mut() {
            if let Some(value) = cell.value.take_if(|value| fits(value)) {
                taken.push(value);
            }
        }
        self.taken(taken.len());
        taken
    }

    /// All values, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &T> {
        self.cells.iter().rev().filter_map(|cell| cell.value.as_ref())
    }

    /// Gives back the memory that isn't needed for what is there.
    pub(crate) fn release_memory(&mut self) {
        self.close_up();
        self.cells.shrink_to_fit();
    }

    /// Takes out the empty cells.
    #[inline(never)]
    fn close_up(&mut self) {
        self.cells.retain(|cell| cell.value.is_some());
    }

    fn find(&self, key: Key) -> Option<usize> {
        self.cells.binary_search_by_key(&key, |cell| cell.key).ok()
    }

    /// Keeps the store tidy after `count` values were taken out.
    #[inline]
    fn taken(&mut self, count: usize) {
        self.occupied -= count;
        let is_last_empty = self.cells.last().is_some_and(|cell| cell.value.is_none());
        if is_last_empty || self.occupied < self.cells.len() / 2 || self.cells.len() < self.cells.capacity() / 4 {
            self.tidy();
        }
    }

    #[cold]
    extern "C" fn tidy(&mut self) {
        while self.cells.pop_if(|last| last.value.is_none()).is_some() {}
        if self.cells.len() > Self::SMALL && self.occupied < self.cells.len() / 2 {
            self.close_up();
        }
        if self.cells.capacity() > Self::SMALL && self.cells.len() < self.cells.capacity() / 4 {
            self.cells.shrink_to(self.cells.len() * 2);
        }
    }
}

#[cfg(test)]
mod tests;
