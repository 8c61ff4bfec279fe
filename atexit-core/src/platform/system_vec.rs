//! A vector that never asks the program's allocator.
//!
//! A global allocator is code of the user's: one that counts, or that reports at exit, may call anything in this crate
//! whenever it is asked for memory or given some back. So what lives under a lock of ours has its memory from the
//! system.

use std::alloc::{GlobalAlloc, Layout, System, handle_alloc_error};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};
use std::{mem, slice};

/// What `Vec` is, as far as it is used under a lock.
pub(crate) struct SystemVec<T> {
    room: Room,
    /// So many elements are initialised, from the beginning.
    len: usize,
    elements: PhantomData<T>,
}

/// Memory for elements. Not generic, so that the code which gets it is there once.
struct Room {
    /// Aligned for an element, and dangling while there is room for none.
    start: NonNull<u8>,
    /// How many elements there is room for.
    capacity: usize,
}

// SAFETY: it owns its elements, as a `Vec` does.
unsafe impl<T: Send> Send for SystemVec<T> {}

impl<T> SystemVec<T> {
    const ELEMENT: &Layout = &{
        assert!(size_of::<T>() > 0, "elements without a size need no memory");
        Layout::new::<T>()
    };

    pub(crate) const fn new() -> Self {
        Self { room: Room::none(Self::ELEMENT), len: 0, elements: PhantomData }
    }

    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let mut this = Self::new();
        if capacity > 0 {
            // SAFETY: it is for such elements, and not for none.
            unsafe { this.room.resize(Self::ELEMENT, capacity) };
        }
        this
    }

    pub(crate) fn capacity(&self) -> usize {
        self.room.capacity
    }

    /// Where the element of that index is, or will be.
    fn place(&self, index: usize) -> NonNull<T> {
        debug_assert!(index <= self.room.capacity);
        // SAFETY: that is in the room for elements, or at its end.
        unsafe { self.room.start.cast().add(index) }
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        if self.len == self.room.capacity {
            // SAFETY: it is for such elements.
            unsafe { self.room.grow(Self::ELEMENT) };
        }
        // SAFETY: there is room for it.
        unsafe { self.place(self.len).write(value) };
        self.len += 1;
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        // SAFETY: it was initialised, and counts as such no more.
        Some(unsafe { self.place(self.len).read() })
    }

    /// Takes off the last, if it fits.
    #[inline]
    pub(crate) fn pop_if(&mut self, fits: impl FnOnce(&T) -> bool) -> Option<T> {
        if fits(self.last()?) { self.pop() } else { None }
    }

    /// Takes out the one at `index`, and keeps the order of the others.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub(crate) fn remove(&mut self, index: usize) -> T {
        let rest = &mut self[index..];
        let after = rest.len() - 1;
        let place = rest.as_mut_ptr();
        // SAFETY: `after` elements lie behind the one that is taken out. They move into its place, and the last place
        // counts as initialised no more.
        unsafe {
            let removed = place.read();
            ptr::copy(place.add(1), place, after);
            self.len -= 1;
            removed
        }
    }

    /// Drops those that are not to be kept. If that panics, all are leaked.
    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(&T) -> bool) {
        self.retain_mut(|element| is_kept(element));
    }

    /// The same, and may change them.
    pub(crate) fn retain_mut(&mut self, mut is_kept: impl FnMut(&mut T) -> bool) {
        let len = mem::replace(&mut self.len, 0);
        let mut kept = 0;
        for index in 0..len {
            let mut place = self.place(index);
            // SAFETY: the element was initialised, and is looked at before it is dropped or moved: to its own place or
            // an earlier one, whose element was. Until all of them were, none counts as initialised.
            unsafe {
                if is_kept(place.as_mut()) {
                    place.copy_to(self.place(kept), 1);
                    kept += 1;
                } else {
                    place.drop_in_place();
                }
            }
        }
        self.len = kept;
    }

    pub(crate) fn clear(&mut self) {
        while self.pop().is_some() {}
    }

    /// Gives back the memory of all but so many elements, or of all that aren't there.
    pub(crate) fn shrink_to(&mut self, capacity: usize) {
        let capacity = capacity.max(self.len);
        if capacity < self.room.capacity {
            // SAFETY: it is for such elements, and for those that are there.
            unsafe { self.room.shrink(Self::ELEMENT, capacity) };
        }
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.shrink_to(0);
    }
}

impl<T> Drop for SystemVec<T> {
    fn drop(&mut self) {
        self.clear();
        // SAFETY: it is for such elements, and not used any more.
        unsafe { self.room.give_back(Self::ELEMENT) };
    }
}

impl<T> Deref for SystemVec<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: so many are initialised.
        unsafe { slice::from_raw_parts(self.place(0).as_ptr(), self.len) }
    }
}

impl<T> DerefMut for SystemVec<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: so many are initialised.
        unsafe { slice::from_raw_parts_mut(self.place(0).as_ptr(), self.len) }
    }
}

impl Room {
    const fn none(element: &Layout) -> Self {
        Self { start: dangling(element), capacity: 0 }
    }

    /// # Safety
    ///
    /// The room is for elements of this layout, which have a size.
    #[cold]
    #[inline(never)]
    unsafe extern "C" fn grow(&mut self, element: &Layout) {
        // SAFETY: as the caller promises.
        unsafe { self.resize(element, self.capacity.saturating_mul(2).max(4)) };
    }

    /// Gives back what isn't needed for so many.
    ///
    /// # Safety
    ///
    /// The room is for elements of this layout, which have a size, and for more of them.
    #[cold]
    #[inline(never)]
    unsafe extern "C" fn shrink(&mut self, element: &Layout, capacity: usize) {
        if capacity > 0 {
            // SAFETY: as the caller promises.
            unsafe { self.resize(element, capacity) };
        } else {
            // SAFETY: as the caller promises, and it is replaced.
            unsafe { self.give_back(element) };
            *self = Self::none(element);
        }
    }

    /// Makes room for so many, and moves there what it had room for.
    ///
    /// # Safety
    ///
    /// The room is for elements of this layout, which have a size, and `capacity` is not 0.
    #[cold]
    #[inline(never)]
    unsafe extern "C" fn resize(&mut self, element: &Layout, capacity: usize) {
        let Some(layout) = layout_of(element, capacity) else { handle_alloc_error(*element) };
        let start = match layout_of(element, self.capacity) {
            // SAFETY: it was made with the old layout, and the new size is not 0 and fits in an `isize`, as of layouts.
            Some(old) if self.capacity > 0 => unsafe { System.realloc(self.start.as_ptr(), old, layout.size()) },
            // SAFETY: it is not for 0 bytes.
            _ => unsafe { System.alloc(layout) },
        };
        self.start = NonNull::new(start).unwrap_or_else(|| handle_alloc_error(layout));
        self.capacity = capacity;
    }

    /// # Safety
    ///
    /// The room is for elements of this layout, and not used any more.
    #[inline(never)]
    unsafe extern "C" fn give_back(&mut self, element: &Layout) {
        match layout_of(element, self.capacity) {
            // SAFETY: it was made with this layout.
            Some(layout) if self.capacity > 0 => unsafe { System.dealloc(self.start.as_ptr(), layout) },
            _ => {}
        }
    }
}

/// A pointer to no element, aligned for one.
const fn dangling(element: &Layout) -> NonNull<u8> {
    // SAFETY: an alignment is not 0.
    unsafe { NonNull::new_unchecked(ptr::without_provenance_mut(element.align())) }
}

/// The layout of so many elements; `None` if no memory has room for them.
fn layout_of(element: &Layout, count: usize) -> Option<Layout> {
    Layout::from_size_align(element.size().checked_mul(count)?, element.align()).ok()
}

#[cfg(test)]
mod tests;
