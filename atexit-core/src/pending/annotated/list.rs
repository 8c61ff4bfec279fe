//! Records as a list, linked by themselves: sorting them takes no memory, and hardly any code.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering as Memory};

use crate::handler::Record;

/// Linked records: the first, if there is one.
#[derive(Clone, Copy)]
pub(super) struct List(Option<&'static Record>);

impl List {
    pub(super) const EMPTY: Self = Self(None);

    pub(super) fn from(first: *mut Record) -> Self {
        // SAFETY: lists hold `Record::END` and pointers that `link` and `as_ptr` made from `&'static Record`.
        // Its `declared` is an `UnsafeCell`, written only before linking and by `collect`, which owns the list then.
        Self((first != Record::END).then(|| unsafe { &*first }))
    }

    pub(super) fn as_ptr(self) -> *mut Record {
        self.0.map_or(Record::END, |first| ptr::from_ref(first).cast_mut())
    }

    /// What comes after the record.
    fn after(record: &Record) -> Self {
        Self::from(record.next().load(Memory::Relaxed))
    }

    /// Comes after the record from now on.
    fn follow(self, record: &Record) {
        record.next().store(self.as_ptr(), Memory::Relaxed);
    }

    /// Takes the first off.
    pub(super) fn pop(&mut self) -> Option<&'static Record> {
        let first = self.0?;
        *self = Self::after(first);
        Some(first)
    }

    pub(super) fn records(mut self) -> impl Iterator<Item = &'static Record> {
        std::iter::from_fn(move || self.pop())
    }

    /// Both as one, the newest first as they are.
    #[inline(never)]
    pub(super) fn merge(mut self, mut other: Self) -> Self {
        let merged = Start::new();
        let mut end = merged.end();
        while let (Some(first), Some(other_first)) = (self.0, other.0) {
            if first.compare(other_first).is_ge() {
                end.push(first);
                self = Self::after(first);
            } else {
                end.push(other_first);
                other = Self::after(other_first);
            }
        }
        end.finish(if self.0.is_some() { self } else { other });
        merged.list()
    }

    /// Takes off those at the beginning that are in order: the newest first, or from the oldest to the newest, which
    /// are turned round.
    fn pop_run(&mut self) -> Self {
        let Some(first) = self.pop() else { return Self::EMPTY };
        let mut last = first;
        while let Some(next) = self.0.filter(|next| last.compare(next).is_ge()) {
            last = next;
            self.pop();
        }
        Self::EMPTY.follow(last);
        let mut run = first;
        while let Some(next) = self.0.filter(|next| run.compare(next).is_lt()) {
            self.pop();
            Self(Some(run)).follow(next);
            run = next;
        }
        Self(Some(run))
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

/// Where a list begins that grows at its end.
pub(super) struct Start(AtomicPtr<Record>);

impl Start {
    pub(super) fn new() -> Self {
        Self(AtomicPtr::new(Record::END))
    }

    pub(super) fn end(&self) -> End<'_> {
        End(&self.0)
    }

    /// The list, once it is finished.
    pub(super) fn list(self) -> List {
        List::from(self.0.into_inner())
    }
}

/// The end of a list that grows: where the next goes.
pub(super) struct End<'a>(&'a AtomicPtr<Record>);

impl End<'_> {
    pub(super) fn push(&mut self, record: &'static Record) {
        self.0.store(List(Some(record)).as_ptr(), Memory::Relaxed);
        self.0 = record.next();
    }

    pub(super) fn finish(self, rest: List) {
        self.0.store(rest.as_ptr(), Memory::Relaxed);
    }
}
