//! Records as a list, linked by themselves: sorting them takes no memory, and hardly any code.

use std::ptr;
use std::sync::atomic::Ordering as Memory;

use super::{CrateKey, Record};

/// The end of a list: the address of no record.
pub(super) const END: *mut Record = ptr::without_provenance_mut(1);

/// Linked records: the first, if there is one.
#[derive(Clone, Copy)]
pub(super) struct List(Option<&'static Record>);

impl List {
    pub(super) const EMPTY: Self = Self(None);

    pub(super) fn from(first: *mut Record) -> Self {
        // SAFETY: lists hold `END` and pointers that `link` and `as_ptr` made from `&'static Record`, and nothing
        // writes to a record but through its atomic.
        Self((first != END).then(|| unsafe { &*first }))
    }

    pub(super) fn as_ptr(self) -> *mut Record {
        self.0.map_or(END, |first| ptr::from_ref(first).cast_mut())
    }

    /// Takes the first off.
    pub(super) fn pop(&mut self) -> Option<&'static Record> {
        let first = self.0?;
        *self = first.next();
        Some(first)
    }

    pub(super) fn records(mut self) -> impl Iterator<Item = &'static Record> {
        std::iter::from_fn(move || self.pop())
    }

    /// Has the records of one crate know it by the same address, so that comparing them is comparing numbers. What
    /// doesn't fit in here is only compared more slowly.
    pub(super) fn share_crates(self) {
        const FEW: usize = 16;
        let mut known = [None; FEW];
        for record in self.records() {
            let krate = record.krate();
            let place = known.iter_mut().find(|known| known.is_none_or(|known| krate.compare(known).is_eq()));
            if let Some(place) = place {
                let shared: &'static CrateKey = place.get_or_insert(krate);
                record.krate.store(ptr::from_ref(shared).cast_mut(), Memory::Relaxed);
            }
        }
    }

    /// Both as one, the newest first as they are.
    pub(super) fn merge(mut self, mut other: Self) -> Self {
        let mut merged = Builder::new();
        while let (Some(first), Some(other_first)) = (self.0, other.0) {
            let newest = if first.compare(other_first).is_ge() { &mut self } else { &mut other };
            merged.extend(newest.pop());
        }
        merged.finish(if self.0.is_some() { self } else { other })
    }

    /// Takes off those at the beginning that are in order: the newest first, or from the oldest to the newest, which
    /// are turned round.
    fn pop_run(&mut self) -> Self {
        let mut run = Builder::new();
        run.extend(self.pop());
        while let (Some(last), Some(next)) = (run.last, self.0) {
            if last.compare(next).is_lt() {
                break;
            }
            run.extend(self.pop());
        }
        let mut run = run.finish(Self::EMPTY);
        while let (Some(newest), Some(next)) = (run.0, self.0) {
            if newest.compare(next).is_ge() {
                break;
            }
            self.pop();
            next.set_next(run);
            run = Self(Some(next));
        }
        run
    }

    /// The newest first: a merge sort from the bottom up, which takes no memory.
    pub(super) fn sort(mut self) -> Self {
        // Each is empty or has at least twice as many records as the one before, and there are more than memory could
        // hold.
        let mut sorted = [Self::EMPTY; usize::BITS as usize];
        while self.0.is_some() {
            let mut list = self.pop_run();
            for place in &mut sorted {
                if place.0.is_none() {
                    *place = list;
                    break;
                }
                list = std::mem::replace(place, Self::EMPTY).merge(list);
            }
        }
        sorted.into_iter().fold(Self::EMPTY, Self::merge)
    }
}

/// A list that grows at its end.
pub(super) struct Builder {
    first: List,
    last: Option<&'static Record>,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { first: List::EMPTY, last: None }
    }

    fn link(&mut self, next: List) {
        match self.last {
            Some(last) => last.set_next(next),
            None => self.first = next,
        }
    }

    pub(super) fn extend(&mut self, record: Option<&'static Record>) {
        if record.is_some() {
            self.link(List(record));
            self.last = record;
        }
    }

    /// The list, which ends with that one.
    pub(super) fn finish(mut self, rest: List) -> List {
        self.link(rest);
        self.first
    }
}
