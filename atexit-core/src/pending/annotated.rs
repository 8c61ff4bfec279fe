//! The annotated functions that are pending, and the order among them.
//!
//! Each annotated function has a [`Record`] in a static and a constructor that links it into a list. Linking needs no
//! lock and no memory; what may need both, `startup::arm`, the constructor calls afterwards. Constructors are called in
//! no order that could be relied on, so the order comes from a key that is compiled in. The records themselves are the
//! list of what is pending: sorting it takes no memory, and hardly any code.

mod crates;
mod list;

use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crates::Crates;
use list::{List, Start};

use crate::handler::{Declared, Record};

/// The records that constructors linked and that nobody has collected yet, the last linked first.
static LINKED: AtomicPtr<Record> = AtomicPtr::new(Record::END);

/// Declares the function and links its record into the list, the first time it is called. It may be called at
/// constructor time.
pub(crate) fn link(record: &'static Record, declared: Declared) {
    if !record.declare(declared) {
        return;
    }
    let mut first = LINKED.load(Relaxed);
    loop {
        record.next().store(first, Relaxed);
        // Release: whoever collects this sees what was written to it, too.
        let this = ptr::from_ref(record).cast_mut();
        match LINKED.compare_exchange_weak(first, this, Release, Relaxed) {
            Ok(_) => return,
            Err(other) => first = other,
        }
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
        let linked = List::from(LINKED.swap(Record::END, Acquire));
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
