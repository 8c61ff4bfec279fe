//! The annotated functions: the record that the attribute leaves behind, and the order among records.
//!
//! Each annotated function has a [`Record`] in a static and a constructor that links it into a list: without allocating
//! and without a lock, since constructors run before anything of ours is set up. The linker calls constructors in no
//! order that could be relied on, so the order comes from a key that is compiled in. The records themselves are the
//! list of what is pending: sorting it takes no memory, and hardly any code.
//!
//! A record is zeroes until its constructor declares the function: so it takes no room in the program's file, and the
//! loader has nothing to relocate in it.

mod crate_key;
mod crates;
mod list;

use std::any::{TypeId, type_name};
use std::cell::UnsafeCell;
use std::cmp::Ordering;
use std::mem::MaybeUninit;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering as Memory};

pub use crate_key::CrateKey;
use crates::Crates;
use list::{END, List, Start};

use crate::handler::{Entry, HandlerInfo, Identity};

/// One annotated function.
pub struct Record {
    /// Initialised before the record is in any list.
    declared: UnsafeCell<MaybeUninit<Declared>>,
    /// The next in the list that it is in, and [`END`] if it is the last or its constructor is about to link it. Null
    /// until then.
    next: AtomicPtr<Record>,
}

/// What the attribute declares.
pub(crate) struct Declared {
    pub(crate) function: Function,
    /// Of records in a list, mostly one and the same for each crate.
    pub(crate) krate: &'static CrateKey,
    pub(crate) priority: i32,
    /// Counts the attributes of one crate in source order.
    pub(crate) index: u32,
}

// SAFETY: what is declared is written by the one thread that has claimed the record, before it is in a list, and by
// `Annotated::collect`, which has taken the list and is called under the lock of the state.
unsafe impl Sync for Record {}

/// Calls an annotated function with its arguments, and gives the text of its error, if it returned one. Given a place
/// for it, it tells about the function instead, and doesn't call it.
///
/// That is one function and not two, and code and not data, because it takes less room: each function has a record of
/// how to unwind it, and the loader has one for each pointer in data.
pub type Function = fn(Option<&mut Option<Described>>) -> Option<String>;

/// What is asked of a function only now and then.
pub struct Described {
    name: &'static str,
    location: &'static Location<'static>,
    type_id: TypeId,
}

impl Described {
    /// Of the function that is annotated where this is called.
    #[track_caller]
    pub fn of<F: Copy + 'static>(_function: F) -> Self {
        Self { name: type_name::<F>(), location: Location::caller(), type_id: TypeId::of::<F>() }
    }
}

/// The records that constructors linked and that nobody has collected yet, the last linked first.
static LINKED: AtomicPtr<Record> = AtomicPtr::new(END);

impl Record {
    /// Of a function that is to be declared.
    #[must_use]
    pub const fn undeclared() -> Self {
        Self { declared: UnsafeCell::new(MaybeUninit::zeroed()), next: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Declares the function and links its record into the list, the first time it is called. It may be called at
    /// constructor time.
    pub(crate) fn link(&'static self, declared: Declared) {
        // Some WebAssembly hosts run constructors more than once, and code that calls this by itself may do so on
        // several threads: the record is the first one's.
        if self.next.compare_exchange(ptr::null_mut(), END, Memory::Relaxed, Memory::Relaxed).is_err() {
            return;
        }
        self.declare(declared);
        let mut first = LINKED.load(Memory::Relaxed);
        loop {
            self.next.store(first, Memory::Relaxed);
            // Release: who collects this sees what was written to it, too.
            let this = ptr::from_ref(self).cast_mut();
            match LINKED.compare_exchange_weak(first, this, Memory::Release, Memory::Relaxed) {
                Ok(_) => return,
                Err(other) => first = other,
            }
        }
    }

    /// To be called before the record is in a list, by who has claimed it.
    fn declare(&self, declared: Declared) {
        // SAFETY: nobody else writes to it, and nobody reads it before it is in a list.
        unsafe { (*self.declared.get()).write(declared) };
    }

    /// Of a record in a list, as all are but in their constructors.
    fn declared(&self) -> &Declared {
        // SAFETY: it was written before the record was linked.
        unsafe { (*self.declared.get()).assume_init_ref() }
    }

    pub(crate) fn entry(&'static self) -> Entry {
        Entry::annotated(self)
    }

    pub(crate) fn call(&self) -> Option<String> {
        (self.declared().function)(None)
    }

    fn about(&self) -> Option<Described> {
        let mut about = None;
        (self.declared().function)(Some(&mut about));
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
        let (this, other) = (self.declared(), other.declared());
        this.priority
            .cmp(&other.priority)
            .then_with(|| this.krate.compare(other.krate))
            .then(this.index.cmp(&other.index))
    }

    /// To be called by who has the list to itself.
    fn know_crate_by(&self, krate: &'static CrateKey) {
        // SAFETY: it was written before the record was linked, and nobody else reads it now.
        unsafe { (*self.declared.get()).assume_init_mut().krate = krate };
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
    crates: Crates,
}

impl Annotated {
    pub(crate) const fn new() -> Self {
        Self { list: List::EMPTY, len: 0, crates: Crates::new() }
    }

    /// Takes in what constructors have linked since the last call.
    pub(crate) fn collect(&mut self) {
        // Acquire: pairs with the release in `link`.
        let linked = List::from(LINKED.swap(END, Memory::Acquire));
        for record in linked.records() {
            record.know_crate_by(self.crates.share(record.declared().krate));
            self.len += 1;
        }
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
        let kept = Start::new();
        let mut end = kept.end();
        self.len = 0;
        for record in self.list.records() {
            if !fits(record) {
                end.push(record);
                self.len += 1;
            }
        }
        end.finish(List::EMPTY);
        self.list = kept.list();
        before - self.len
    }
}

#[cfg(test)]
mod tests;
