//! The crates whose functions are annotated.

use std::ptr;

use crate::handler::CrateKey;

/// Gives all records of a crate one key address, so that comparing two of them is comparing numbers.
pub(super) struct Crates {
    /// What doesn't fit in here is only compared more slowly. (Where fewer fit, the compiler unrolls the loop, which is
    /// a kilobyte more.)
    known: [Option<&'static CrateKey>; 32],
    /// The last key that was asked for, and by which it is known: in one module, most have the same.
    last: Option<(&'static CrateKey, &'static CrateKey)>,
}

impl Crates {
    pub(super) const fn new() -> Self {
        Self { known: [None; 32], last: None }
    }

    /// The key by which that crate is known.
    #[inline]
    pub(super) fn share(&mut self, krate: &'static CrateKey) -> &'static CrateKey {
        match self.last {
            Some((same, shared)) if ptr::eq(same, krate) => shared,
            _ => self.find(krate),
        }
    }

    #[cold]
    fn find(&mut self, krate: &'static CrateKey) -> &'static CrateKey {
        let place = self.known.iter_mut().find(|known| known.is_none_or(|known| krate.compare(known).is_eq()));
        let shared = place.map_or(krate, |place| place.get_or_insert(krate));
        self.last = Some((krate, shared));
        shared
    }
}
