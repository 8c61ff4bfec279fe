//! The annotated functions: the record that the attribute leaves behind, and the order among records.
//!
//! Each annotated function has a [`Record`] in a static and a constructor that links it into a list: without allocating
//! and without a lock, since constructors run before anything of ours is set up. The linker calls constructors in no
//! order that could be relied on, so the order comes from a key that is compiled in. The records themselves are the
//! list of what is pending: sorting it takes no memory, and hardly any code.

mod crate_key;
mod list;

use std::any::{TypeId, type_name};
use std::cmp::Ordering;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering as Memory};

pub use crate_key::CrateKey;
use list::{Builder, END, List};

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

/// Calls an annotated function with its arguments, and gives the text of its error, if it returned one. Given a place
/// for it, it tells about the function instead, and doesn't call it.
///
/// That is one function and not two, and code and not data, because it takes less room: each function has a record of
/// how to unwind it, and the loader has one for each pointer in data.
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
