//! The annotated functions: the record that the attribute leaves behind, and the order among records.
//!
//! Each annotated function has a [`Record`] in a static and a constructor that links it into a list: without allocating
//! and without a lock, since constructors run before anything of ours is set up. The linker calls constructors in no
//! order that could be relied on, so the order comes from a key that is compiled in. The records themselves are the list
//! of what is pending: sorting it takes no memory, and hardly any code.

mod crate_key;

use std::any::{TypeId, type_name};
use std::cmp::Ordering;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering as Memory};

pub use crate_key::CrateKey;

use crate::handler::{Entry, HandlerInfo, Identity};

/// One annotated function.
pub struct Record {
    function: Function,
    /// A `&'static CrateKey`: of records that are collected together, mostly one and the same for each crate.
    krate: AtomicPtr<CrateKey>,
    priority: i32,
    /// Counts the attributes of one crate in source order.
    index: u32,
    /// The next in the list that it is in: null if it is in none, and [`END`] if it is the last.
    next: AtomicPtr<Record>,
}

/// Calls an annotated function with its arguments, and gives the text of its error, if it returned one. Given a place for
/// it, it tells about the function instead, and doesn't call it.
///
/// That is one function and not two, and code and not data, because it takes less room: each function has a record of how
/// to unwind it, and the loader has one for each pointer in data.
pub type Function = fn(Option<&mut Option<About>>) -> Option<String>;

/// What is asked of a function only now and then.
pub struct About {
    name: &'static str,
    location: &'static Location<'static>,
    type_id: TypeId,
}

impl About {
    /// Of the function that is annotated where this is called.
    #[track_caller]
    pub fn of<F: Copy + 'static>(_function: F) -> Self {
        Self { name: type_name::<F>(), location: Location::caller(), type_id: TypeId::of::<F>() }
    }
}

/// The end of a list: the address of no record.
const END: *mut Record = ptr::without_provenance_mut(1);

/// The records that constructors linked and that nobody has collected yet, the last linked first.
static LINKED: AtomicPtr<Record> = AtomicPtr::new(END);

impl Record {
    /// Made by the attribute.
    #[must_use]
    pub const fn new(function: Function, krate: &'static CrateKey, priority: i32, index: u32) -> Self {
        let krate = AtomicPtr::new(ptr::from_ref(krate).cast_mut());
        Self { function, krate, priority, index, next: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Links this record into the list, the first time it is called. It may be called at constructor time.
    pub(crate) fn link(&'static self) {
        // Some WebAssembly hosts run constructors more than once.
        if !self.next.load(Memory::Relaxed).is_null() {
            return;
        }
        let mut first = LINKED.load(Memory::Relaxed);
        loop {
            self.next.store(first, Memory::Relaxed);
            // Release: who collects this sees `next`, too.
            let this = ptr::from_ref(self).cast_mut();
            match LINKED.compare_exchange_weak(first, this, Memory::Release, Memory::Relaxed) {
                Ok(_) => return,
                Err(other) => first = other,
            }
        }
    }

    pub(crate) fn entry(&'static self) -> Entry {
        Entry::annotated(self)
    }

    pub(crate) fn call(&self) -> Option<String> {
        (self.function)(None)
    }

    fn about(&self) -> Option<About> {
        let mut about = None;
        (self.function)(Some(&mut about));
        about
    }

    pub(crate) fn info(&self) -> HandlerInfo {
        let (name, location) = self.about().map_or(("", Location::caller()), |about| (about.name, about.location));
        HandlerInfo::new(name, location)
    }

    pub(crate) fn is(&self, identity: Identity) -> bool {
        self.about().is_some_and(|about| Identity::of_type(about.type_id) == identity)
    }

    /// Later in this order is later registered.
    fn compare(&self, other: &Self) -> Ordering {
        let (krate, other_krate) = (self.krate(), other.krate());
        let compare_crates = || if ptr::eq(krate, other_krate) { Ordering::Equal } else { krate.compare(other_krate) };
        self.priority.cmp(&other.priority).then_with(compare_crates).then(self.index.cmp(&other.index))
    }

    fn krate(&self) -> &'static CrateKey {
        // SAFETY: it was made from such a reference, by `new` or by `share_crates`.
        unsafe { &*self.krate.load(Memory::Relaxed) }
    }

    fn next(&self) -> List {
        List::from(self.next.load(Memory::Relaxed))
    }

    fn set_next(&self, next: List) {
        self.next.store(next.as_ptr(), Memory::Relaxed);
    }
}

/// Linked records: the first, if there is one.
#[derive(Clone, Copy)]
struct List(Option<&'static Record>);

impl List {
    const EMPTY: Self = Self(None);

    fn from(first: *mut Record) -> Self {
        // SAFETY: lists hold `END` and pointers that `link` and `as_ptr` made from `&'static Record`, and nothing writes to
        // a record but through its atomic.
        Self((first != END).then(|| unsafe { &*first }))
    }

    fn as_ptr(self) -> *mut Record {
        self.0.map_or(END, |first| ptr::from_ref(first).cast_mut())
    }

    /// Takes the first off.
    fn pop(&mut self) -> Option<&'static Record> {
        let first = self.0?;
        *self = first.next();
        Some(first)
    }

    fn records(mut self) -> impl Iterator<Item = &'static Record> {
        std::iter::from_fn(move || self.pop())
    }

    /// Has the records of one crate know it by the same address, so that comparing them is comparing numbers. What doesn't
    /// fit in here is only compared more slowly.
    fn share_crates(self) {
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
    fn merge(mut self, mut other: Self) -> Self {
        let mut merged = Builder::new();
        while let (Some(first), Some(other_first)) = (self.0, other.0) {
            let newest = if first.compare(other_first).is_ge() { &mut self } else { &mut other };
            merged.extend(newest.pop());
        }
        merged.finish(if self.0.is_some() { self } else { other })
    }

    /// Takes off those at the beginning that are in order: the newest first, or from the oldest to the newest, which are
    /// turned round.
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
    fn sort(mut self) -> Self {
        // Each is empty or has at least twice as many records as the one before, and there are more than memory could hold.
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
struct Builder {
    first: List,
    last: Option<&'static Record>,
}

impl Builder {
    fn new() -> Self {
        Self { first: List::EMPTY, last: None }
    }

    fn link(&mut self, next: List) {
        match self.last {
            Some(last) => last.set_next(next),
            None => self.first = next,
        }
    }

    fn extend(&mut self, record: Option<&'static Record>) {
        if record.is_some() {
            self.link(List(record));
            self.last = record;
        }
    }

    /// The list, which ends with that one.
    fn finish(mut self, rest: List) -> List {
        self.link(rest);
        self.first
    }
}

/// The annotated functions that are pending, the newest first.
pub(crate) struct Annotated {
    list: List,
    len: usize,
}

impl Annotated {
    pub(crate) const fn new() -> Self {
        Self { list: List::EMPTY, len: 0 }
    }

    /// Takes in what constructors have linked since the last call.
    #[inline]
    pub(crate) fn collect(&mut self) {
        if LINKED.load(Memory::Relaxed) != END {
            self.collect_linked();
        }
    }

    #[cold]
    fn collect_linked(&mut self) {
        // Acquire: pairs with the release in `link`.
        let linked = List::from(LINKED.swap(END, Memory::Acquire));
        linked.share_crates();
        self.len += linked.records().count();
        self.list = self.list.merge(linked.sort());
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &'static Record> {
        self.list.records()
    }

    pub(crate) fn take_last(&mut self) -> Option<&'static Record> {
        let record = self.list.pop()?;
        self.len -= 1;
        Some(record)
    }

    /// Takes out all that fit, and says how many they were.
    pub(crate) fn take_all(&mut self, fits: impl Fn(&Record) -> bool) -> usize {
        let before = self.len;
        let mut kept = Builder::new();
        self.len = 0;
        for record in self.list.records() {
            if !fits(record) {
                kept.extend(Some(record));
                self.len += 1;
            }
        }
        self.list = kept.finish(List::EMPTY);
        before - self.len
    }
}

#[cfg(test)]
mod tests;
