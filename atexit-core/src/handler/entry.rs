//! One pending handler, whatever its type.

use std::mem::{ManuallyDrop, MaybeUninit};
use std::panic::Location;
use std::ptr;

use super::{Completion, Failure, Handler, HandlerInfo, Identity, Record, Returned, Sealed, failure};

/// A handler with its arguments, and where it was registered.
///
/// An entry ends in one of two ways, [`run`](Self::run) or [`discard`](Self::discard). Both run code of the user's, so
/// neither may be called while a lock of ours is held.
///
/// What the handler captures is in the entry itself if it is small, and else in a box: so registering a function or a
/// small closure takes nothing from the program's allocator. (It may be sent to other threads: handlers and arguments
/// are `Send`, and records `Sync`.)
pub(crate) struct Entry {
    description: Description,
}

/// What tells which handler an entry has, even when the entry is gone.
#[derive(Clone, Copy)]
pub(crate) struct Description {
    /// What the functions take. In an entry it is initialised.
    stored: Stored,
    functions: &'static Functions,
    location: &'static Location<'static>,
}

/// As much as a small handler may capture.
type Stored = MaybeUninit<[usize; 2]>;

/// What can be done with what is stored, by its type. Each takes what this very type has stored.
struct Functions {
    /// Calls it, and gives what it returned, if it was called. Afterwards nothing is stored any more.
    call: unsafe fn(&mut Stored) -> Option<Returned>,
    /// Drops it. Afterwards nothing is stored any more.
    drop: unsafe fn(&mut Stored),
    is: unsafe fn(&Stored, Identity) -> bool,
    /// May be called afterwards, too: it looks at nothing that can be dropped.
    info: unsafe fn(&Stored, &'static Location<'static>) -> HandlerInfo,
}

impl Entry {
    pub(crate) fn new<H, Args>(handler: H, args: Args, location: &'static Location<'static>) -> Self
    where
        H: Handler<Args>,
        Args: Send + 'static,
    {
        Self::of(Bound { handler, args }, location)
    }

    /// Of an annotated function, which knows its own location.
    pub(crate) fn annotated(record: &'static Record) -> Self {
        Self::of(record, Location::caller())
    }

    fn of<S: Store>(value: S, location: &'static Location<'static>) -> Self {
        let mut stored = Stored::uninit();
        store(&mut stored, value);
        Self { description: Description { stored, functions: const { &Functions::of::<S>() }, location } }
    }

    pub(crate) fn description(&self) -> Description {
        self.description
    }

    /// An address in the executable or library that has registered it. (The code for a type that others use, too, such
    /// as a function pointer, may be part of theirs.)
    #[inline]
    pub(crate) fn address(&self) -> usize {
        ptr::from_ref(self.description.location).addr()
    }

    pub(crate) fn info(&self) -> HandlerInfo {
        self.description.info()
    }

    pub(crate) fn is(&self, identity: Identity) -> bool {
        // SAFETY: this is what was stored with these functions.
        unsafe { (self.description.functions.is)(&self.description.stored, identity) }
    }

    /// Calls the handler, and says what has become of it. A failure goes no further than its report.
    #[allow(clippy::inline_always, reason = "it isn't, otherwise, where most handlers run")]
    #[inline(always)]
    pub(crate) fn run(self, report: fn(Failure)) -> Completion {
        let mut this = ManuallyDrop::new(self);
        let description = &mut this.description;
        // SAFETY: this is what was stored with these functions, and nobody uses it afterwards.
        let ended = failure::catch(|| unsafe { (description.functions.call)(&mut description.stored) });
        failure::complete(ended, description, report)
    }

    /// Drops the handler without calling it. A panic in the `Drop` of what it holds goes no further than its report.
    #[inline]
    pub(crate) fn discard(self, report: fn(Failure)) {
        let description = self.description;
        let ended = failure::catch(|| {
            drop(self);
            Some(Returned::well())
        });
        failure::complete(ended, &description, report);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        // SAFETY: this is what was stored with these functions, and nobody uses it afterwards.
        unsafe { (self.description.functions.drop)(&mut self.description.stored) }
    }
}

impl Description {
    pub(crate) fn info(&self) -> HandlerInfo {
        // SAFETY: this was stored with these functions.
        unsafe { (self.functions.info)(&self.stored, self.location) }
    }
}

/// What an entry stores. All but `call` and `Drop` are code of our own.
trait Store: Sized + 'static {
    fn call(self) -> Option<Returned>;
    fn is(&self, identity: Identity) -> bool;

    /// # Safety
    ///
    /// This type was stored there.
    unsafe fn info(stored: &Stored, location: &'static Location<'static>) -> HandlerInfo;
}

/// A handler and its arguments.
struct Bound<H, Args> {
    handler: H,
    args: Args,
}

impl<H, Args> Store for Bound<H, Args>
where
    H: Handler<Args>,
    Args: Send + 'static,
{
    fn call(self) -> Option<Returned> {
        Some(Returned::of(self.handler.call(self.args)))
    }

    fn is(&self, identity: Identity) -> bool {
        self.handler.identity(Sealed) == Some(identity)
    }

    unsafe fn info(_: &Stored, location: &'static Location<'static>) -> HandlerInfo {
        HandlerInfo::new(H::name(Sealed), location)
    }
}

impl Store for &'static Record {
    fn call(self) -> Option<Returned> {
        Record::call(self)
    }

    fn is(&self, identity: Identity) -> bool {
        Record::is(self, identity)
    }

    unsafe fn info(stored: &Stored, _: &'static Location<'static>) -> HandlerInfo {
        // SAFETY: a reference was stored, which is small and is still there.
        Record::info(unsafe { borrow::<Self>(stored) })
    }
}

/// Whether it is stored in the entry itself.
const fn is_small<S>() -> bool {
    size_of::<S>() <= size_of::<Stored>() && align_of::<S>() <= align_of::<Stored>()
}

fn store<S>(stored: &mut Stored, value: S) {
    let place = stored.as_mut_ptr();
    if is_small::<S>() {
        // SAFETY: there is room for it.
        unsafe { place.cast::<S>().write(value) };
    } else {
        // SAFETY: there is room for a pointer.
        unsafe { place.cast::<*mut S>().write(Box::into_raw(Box::new(value))) };
    }
}

/// # Safety
///
/// An `S` is stored.
unsafe fn borrow<S>(stored: &Stored) -> &S {
    let place = stored.as_ptr();
    // SAFETY: as `store` has put it there.
    unsafe { if is_small::<S>() { &*place.cast::<S>() } else { &**place.cast::<*const S>() } }
}

/// # Safety
///
/// An `S` is stored, and nobody uses it afterwards.
unsafe fn take<S>(stored: &mut Stored) -> Taken<S> {
    let place = stored.as_mut_ptr();
    if is_small::<S>() {
        // SAFETY: as `store` has put it there, and nobody uses it afterwards.
        Taken::Small(unsafe { ptr::read(place.cast::<S>()) })
    } else {
        // SAFETY: as `store` has made the pointer from a box, and nobody uses it afterwards.
        Taken::Boxed(unsafe { Box::from_raw(place.cast::<*mut S>().read()) })
    }
}

enum Taken<S> {
    Small(S),
    Boxed(Box<S>),
}

impl Functions {
    const fn of<S: Store>() -> Self {
        Self {
            // SAFETY: as the callers promise.
            call: |stored| match unsafe { take::<S>(stored) } {
                Taken::Small(value) => value.call(),
                Taken::Boxed(value) => value.call(),
            },
            // SAFETY: as the callers promise.
            drop: |stored| drop(unsafe { take::<S>(stored) }),
            // SAFETY: as the callers promise.
            is: |stored, identity| unsafe { borrow::<S>(stored) }.is(identity),
            info: S::info,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[allow(clippy::needless_pass_by_value, reason = "it is what reports are given")]
    fn fail(failure: Failure) {
        panic!("{failure}");
    }

    /// Runs one of two entries that share what they capture, and drops the other; says how many still have it.
    fn run_and_drop<const N: usize>() -> usize {
        let captured = Arc::new(());
        let entry = || {
            let (captured, more) = (Arc::clone(&captured), [0_u8; N]);
            let handler = move || assert_eq!((Arc::strong_count(&captured) > 1, more), (true, [0; N]));
            Entry::new(handler, (), Location::caller())
        };
        let (run, dropped, discarded) = (entry(), entry(), entry());
        assert_eq!(Arc::strong_count(&captured), 4);
        assert_eq!(run.run(fail), Completion::Finished);
        drop(dropped);
        discarded.discard(fail);
        Arc::strong_count(&captured)
    }

    #[test]
    fn small_and_large_handlers_are_called_or_dropped_once() {
        // Beside the pointer that is captured.
        const ROOM: usize = size_of::<Stored>() - size_of::<usize>();

        assert_eq!(run_and_drop::<0>(), 1);
        assert_eq!(run_and_drop::<ROOM>(), 1);
        assert_eq!(run_and_drop::<{ ROOM + 1 }>(), 1);
        assert_eq!(run_and_drop::<1000>(), 1);
    }

    #[test]
    fn whatever_the_size_of_a_pointer_two_are_small() {
        assert!(is_small::<&str>() && is_small::<Box<dyn FnOnce() + Send>>() && is_small::<fn()>());
        assert!(is_small::<[u8; size_of::<Stored>()]>() && !is_small::<[u8; size_of::<Stored>() + 1]>());
        // Of 64 bits, which a processor of 32 may align more strictly than a pointer.
        assert_eq!(is_small::<u64>(), align_of::<u64>() <= align_of::<usize>());
    }

    #[test]
    fn what_is_aligned_more_strictly_is_boxed() {
        #[derive(Clone, Copy)]
        #[repr(align(64))]
        struct Aligned(u8);

        assert!(!is_small::<Aligned>() && is_small::<[usize; 2]>() && !is_small::<[usize; 3]>());
        let aligned = Aligned(7);
        let handler = move || {
            let aligned = aligned;
            assert_eq!(((&raw const aligned).addr() % 64, aligned.0), (0, 7));
        };
        assert_eq!(Entry::new(handler, (), Location::caller()).run(fail), Completion::Finished);
    }
}
