//! The record that the attribute leaves behind for each annotated function.
//!
//! A record is zeroes until its constructor declares the function: so it takes no room in the program's file, and the
//! loader has nothing to relocate in it.

mod crate_key;

use std::any::{TypeId, type_name};
use std::cell::UnsafeCell;
use std::cmp::Ordering;
use std::mem::MaybeUninit;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::Relaxed;

pub use crate_key::CrateKey;

use super::{Entry, HandlerInfo, Identity, Returned};

/// One annotated function.
pub struct Record {
    /// Initialised before the record is in any list.
    declared: UnsafeCell<MaybeUninit<Declared>>,
    /// The next in the list that it is in, and [`END`](Self::END) if it is the last or its constructor is about to link
    /// it. Null until then.
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

/// Calls an annotated function with its arguments, and gives what it returned, or `None` if a `?` in its arguments met
/// `None`. Given a place for it, it tells about the function instead, and doesn't call it.
///
/// That is one function and not two, and code and not data, because it takes less room: each function has a record of
/// how to unwind it, and the loader has one for each pointer in data.
pub type Function = fn(Option<&mut Option<Described>>) -> Option<Returned>;

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

impl Record {
    /// The end of a list: the address of no record.
    pub(crate) const END: *mut Self = ptr::without_provenance_mut(1);

    /// Of a function that is to be declared.
    #[must_use]
    pub const fn undeclared() -> Self {
        Self { declared: UnsafeCell::new(MaybeUninit::zeroed()), next: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Declares the function, the first time it is called, and says whether it was. Afterwards the record is the end of
    /// a list.
    pub(crate) fn declare(&self, declared: Declared) -> bool {
        // Some WebAssembly hosts run constructors more than once, and code that calls this by itself may do so on
        // several threads: the record is the first one's.
        if self.next.compare_exchange(ptr::null_mut(), Self::END, Relaxed, Relaxed).is_err() {
            return false;
        }
        // SAFETY: nobody else has claimed the record, and nobody reads it before it is in a list.
        unsafe { (*self.declared.get()).write(declared) };
        true
    }

    /// Of a record in a list, as all are but in their constructors.
    pub(crate) fn declared(&self) -> &Declared {
        // SAFETY: it was written before the record was linked.
        unsafe { (*self.declared.get()).assume_init_ref() }
    }

    pub(crate) fn entry(&'static self) -> Entry {
        Entry::annotated(self)
    }

    pub(crate) fn call(&self) -> Option<Returned> {
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
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let (this, other) = (self.declared(), other.declared());
        this.priority
            .cmp(&other.priority)
            .then_with(|| this.krate.compare(other.krate))
            .then(this.index.cmp(&other.index))
    }

    /// To be called by whoever owns the list.
    pub(crate) fn know_crate_by(&self, krate: &'static CrateKey) {
        // SAFETY: it was written before the record was linked, and nobody else reads it now.
        unsafe { (*self.declared.get()).assume_init_mut().krate = krate };
    }

    /// The next in the list that it is in. To be used by whoever owns that, or by whoever has declared the record,
    /// before it is in one.
    pub(crate) fn next(&self) -> &AtomicPtr<Self> {
        &self.next
    }
}
