//! The record that the attribute leaves behind, and the order among records.
//!
//! Each annotated function has a [`Declaration`] in a static and a constructor that links it into a list: without
//! allocating and without a lock, since constructors run before anything of ours is set up. The linker calls
//! constructors in no order that could be relied on, so the order comes from a key that is compiled in.

use std::any::{TypeId, type_name};
use std::cmp::Ordering;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering as Memory};

use crate::handler::{Entry, Erased, Identity};

/// One annotated function.
pub struct Declaration {
    key: SourceKey,
    location: &'static Location<'static>,
    call: fn() -> Option<String>,
    type_id: fn() -> TypeId,
    name: fn() -> &'static str,
    linked: AtomicBool,
    next: AtomicPtr<Declaration>,
}

/// What decides the order among annotated functions: later in this order is later registered.
///
/// The fields are compared from top to bottom.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SourceKey {
    /// As given by `priority = …`.
    pub priority: i32,
    /// Whether the crate is the final program, which comes after the libraries that it uses.
    pub in_final_program: bool,
    /// The name of the crate.
    pub crate_name: CrateName,
    /// Tells two crates of one name from each other: the package's version…
    pub version: Version,
    /// …and its name.
    pub package: Option<&'static str>,
    /// Counts the attributes of one crate in source order.
    pub index: usize,
}

/// A module's path that is compared by its first part alone, since between modules of a crate the source decides.
#[derive(Clone, Copy, Debug)]
pub struct CrateName(pub &'static str);

impl CrateName {
    fn as_str(&self) -> &str {
        self.0.split("::").next().unwrap_or_default()
    }
}

/// A version that is compared number by number, so that 10.0.0 comes after 9.0.0; and then as text.
#[derive(Clone, Copy, Debug)]
pub struct Version(pub Option<&'static str>);

impl Version {
    fn numbers(&self) -> impl Iterator<Item = u64> {
        let numbers = self.0.unwrap_or_default().split(['.', '-', '+']).take(3);
        numbers.map(|number| number.parse().unwrap_or_default())
    }
}

impl Ord for CrateName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers().cmp(other.numbers()).then_with(|| self.0.cmp(&other.0))
    }
}

macro_rules! compare_by_ord {
    ($($name:ident)*) => {$(
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other).is_eq()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
    )*};
}

compare_by_ord!(CrateName Version);

/// The declarations that constructors linked and that nobody has collected yet, the last linked first.
static LINKED: AtomicPtr<Declaration> = AtomicPtr::new(ptr::null_mut());

impl Declaration {
    /// Made by the attribute for `function`; `call` calls it with its arguments.
    #[track_caller]
    #[must_use]
    pub const fn new<F: Copy + 'static>(_function: F, call: fn() -> Option<String>, key: SourceKey) -> Self {
        Self {
            key,
            location: Location::caller(),
            call,
            type_id: TypeId::of::<F>,
            name: type_name::<F>,
            linked: AtomicBool::new(false),
            next: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Links this declaration into the list, the first time it is called. It may be called at constructor time.
    pub(crate) fn link(&'static self) {
        // Some WebAssembly hosts run constructors more than once.
        if self.linked.swap(true, Memory::Relaxed) {
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
        Entry::erased(Box::new(self), self.location)
    }

    pub(crate) fn is(&self, identity: Identity) -> bool {
        Identity::of_type((self.type_id)()) == identity
    }
}

impl Erased for &'static Declaration {
    fn call(self: Box<Self>) -> Option<String> {
        (self.call)()
    }

    fn is(&self, identity: Identity) -> bool {
        Declaration::is(self, identity)
    }

    fn name(&self) -> &'static str {
        (self.name)()
    }
}

/// The annotated functions that are pending, in the order of their registration.
pub(crate) struct Annotated {
    sorted: Vec<&'static Declaration>,
}

impl Annotated {
    pub(crate) const fn new() -> Self {
        Self { sorted: Vec::new() }
    }

    /// Takes in what constructors have linked since the last call.
    pub(crate) fn collect(&mut self) {
        if LINKED.load(Memory::Relaxed).is_null() {
            return;
        }
        // Acquire: pairs with the release in `link`.
        let mut next = LINKED.swap(ptr::null_mut(), Memory::Acquire);
        // SAFETY: the list holds null and pointers that `link` made from `&'static Declaration`, and nothing writes to a
        // declaration's fields but through its atomics.
        while let Some(declaration) = unsafe { next.as_ref() } {
            self.sorted.push(declaration);
            next = declaration.next.load(Memory::Relaxed);
        }
        self.sorted.sort_by_key(|declaration| declaration.key);
    }

    pub(crate) fn len(&self) -> usize {
        self.sorted.len()
    }

    pub(crate) fn release_memory(&mut self) {
        self.sorted.shrink_to_fit();
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &'static Declaration> {
        self.sorted.iter().rev().copied()
    }

    pub(crate) fn take_last(&mut self) -> Option<&'static Declaration> {
        self.sorted.pop()
    }

    /// Takes out all that fit, and says how many they were.
    pub(crate) fn take_all(&mut self, fits: impl Fn(&Declaration) -> bool) -> usize {
        let before = self.sorted.len();
        self.sorted.retain(|declaration| !fits(declaration));
        before - self.sorted.len()
    }
}

#[cfg(test)]
mod tests;
