//! Which thread this is, told without a destructor, so that it can be told at any time.

/// A thread. Two that live at the same time are never equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Thread(usize);

impl Thread {
    /// `std::thread::current` may panic once the thread's locals are gone, which they are when handlers run. A
    /// thread-local without a destructor stays, and its address is the thread's own.
    pub(crate) fn current() -> Self {
        thread_local!(static HERE: u8 = const { 0 });
        Self(HERE.with(|here| std::ptr::from_ref(here) as usize))
    }

    #[cfg(test)]
    pub(crate) fn numbered(number: usize) -> Self {
        Self(number)
    }
}
