//! Several copies of this crate in one process: a program's and a library's, say, or two versions. At a signal, each
//! that has installed it runs its handlers, and the last to be done ends the process.
//!
//! A copy knows another's action by its mask (see `action`), and calls the handler there with a number that no signal
//! has: a [`Question`]. The answer names a [`Group`], in which each copy reached by a signal counts itself, from before
//! it calls the older handler until it is done. Copies look for each other when they install, at first at all signals,
//! and again when one comes. So two miss each other only if other handlers of the program hide both.
//!
//! Versions of this crate differ, so what is `repr(C)` here never changes, and neither does what it means. What is
//! asked in a version that a copy doesn't know stays unanswered, and then that copy is one like any other handler.
//!
//! All of it may be done in a signal handler: it is atomics, calls of `sigaction` and `sigismember`, which
//! POSIX.1-2024, 2.4.3, lists as safe there, and calls of other copies, which do no more. None waits for another.

use std::ffi::{c_int, c_void};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr};
use std::{mem, ptr};

use libc::siginfo_t;

use super::action::{Action, Called, Handler, LAST};

/// Copies that count together. It is part of one of them, which stays loaded.
#[repr(C)]
pub(super) struct Group {
    /// Either 2n+1, where n copies have been reached by a signal and are not done; or the group that counts for this
    /// one, whose address is even.
    state: AtomicPtr<Group>,
    /// The process in which they count; 0 for none. In a forked child they count afresh.
    process: AtomicI32,
}

/// What [`Group::state`] says.
enum State {
    Counts(usize),
    IsPartOf(&'static Group),
}

impl State {
    fn of(state: *mut Group) -> Self {
        if state.addr() & 1 == 1 {
            Self::Counts(state.addr() >> 1)
        } else {
            // SAFETY: what isn't odd is a group, of a copy that stays loaded.
            Self::IsPartOf(unsafe { &*state })
        }
    }

    const fn counting(count: usize) -> *mut Group {
        ptr::without_provenance_mut(count << 1 | 1)
    }
}

impl Group {
    const fn new() -> Self {
        Self { state: AtomicPtr::new(State::counting(0)), process: AtomicI32::new(0) }
    }

    /// The group that counts for this one.
    fn root(&'static self) -> &'static Self {
        let mut group = self;
        while let State::IsPartOf(other) = State::of(group.state.load(Acquire)) {
            group = other;
        }
        group
    }

    /// Changes the count, and gives the new one and the group that has it.
    fn count(&'static self, change: impl Fn(usize) -> usize) -> (usize, &'static Self) {
        loop {
            let root = self.root();
            let state = root.state.load(Acquire);
            // Otherwise it has just become part of another.
            if let State::Counts(count) = State::of(state) {
                let changed = change(count);
                if root.state.compare_exchange(state, State::counting(changed), AcqRel, Relaxed).is_ok() {
                    return (changed, root);
                }
            }
        }
    }

    /// Counts one copy more.
    fn add(&'static self) -> &'static Self {
        self.count(|count| count + 1).1
    }

    /// Becomes part of another one, unless copies are being counted here.
    fn become_part_of(&self, other: &'static Self) {
        let other = ptr::from_ref(other).cast_mut();
        let _ = self.state.compare_exchange(State::counting(0), other, AcqRel, Relaxed);
    }

    /// How many copies have been reached in that process and are not done.
    fn counted_in(&self, process: i32) -> usize {
        match State::of(self.state.load(Acquire)) {
            State::Counts(count) if self.process.load(Relaxed) == process => count,
            _ => 0,
        }
    }

    /// Counts afresh if it counted in another process.
    fn begin_in(&self, process: i32) {
        if self.process.load(Relaxed) != process && self.process.swap(process, Relaxed) != process {
            self.state.store(State::counting(0), Release);
        }
    }

    /// Counts together with another group from now on. Where copies of one are being counted, they may go on by
    /// themselves.
    fn join(&'static self, other: &'static Self, process: i32) {
        let (one, other) = (self.root(), other.root());
        other.begin_in(process);
        // Always in one direction, so that no two become part of each other.
        if ptr::from_ref(one) < other {
            other.become_part_of(one);
        } else if ptr::from_ref(one) > other {
            one.become_part_of(other);
        }
    }

    /// Counts one copy more, together with another group.
    fn add_with(&'static self, other: &'static Self, process: i32) {
        let own = self.root();
        other.root().begin_in(process);
        // While that one counts this copy it doesn't become part of another.
        let root = other.add();
        if !ptr::eq(own, root) {
            own.become_part_of(root);
        }
        if !ptr::eq(self.root(), root) {
            // Copies were being counted here, and end the process by themselves: those of the other group don't, since
            // it goes on counting this one.
            self.add();
        }
    }
}

/// This copy's group.
static GROUP: Group = Group::new();

/// Whether this copy is counted.
static IS_COUNTED: AtomicBool = AtomicBool::new(false);

/// What one copy asks another about a signal, and the answers.
#[repr(C)]
struct Question {
    version: u32,
    signal: c_int,
    group: *const Group,
    /// What the copy calls at the signal before it does anything itself; 0 for nothing.
    previous: usize,
    /// Whether that is the handler of another copy: 1 or 0.
    is_previous_of_copy: u32,
}

const VERSION: u32 = 1;

/// The number that a question is asked with, in place of a signal's.
const ASKED: c_int = i32::from_be_bytes(*b"atex");

/// In the handler: answers the question, if it is called for one.
pub(super) fn answer(
    signal: c_int,
    info: *mut siginfo_t,
    context: *mut c_void,
    previous: impl Fn(c_int) -> Option<Called>,
) -> bool {
    if signal != ASKED || !context.is_null() {
        return false;
    }
    // SAFETY: only a copy of this crate calls with that number, and passes a question. Later versions may ask more, but
    // all begin with the version.
    unsafe {
        let question = info.cast::<Question>();
        if (*question).version == VERSION {
            let (address, is_of_copy) = match previous((*question).signal) {
                None => (0, 0),
                Some(Called::Plain(address) | Called::WithInfo(address)) => (address, 0),
                Some(Called::OfCopy(address)) => (address, 1),
            };
            (*question).previous = address;
            (*question).is_previous_of_copy = is_of_copy;
            (*question).group = &raw const GROUP;
        }
    }
    true
}

/// What another copy has answered.
struct Answer {
    group: &'static Group,
    previous: usize,
    is_previous_of_copy: bool,
}

/// Asks the copy with that handler about the signal.
fn ask(handler: usize, signal: c_int) -> Option<Answer> {
    let mut question = Question { version: VERSION, signal, group: ptr::null(), previous: 0, is_previous_of_copy: 0 };
    // SAFETY: it is the handler of a copy, which stays loaded.
    let handler: Handler = unsafe { mem::transmute(ptr::with_exposed_provenance::<c_void>(handler)) };
    handler(ASKED, (&raw mut question).cast(), ptr::null_mut());
    // SAFETY: that copy stays loaded, and its group with it.
    let group = unsafe { question.group.as_ref() }?;
    Some(Answer { group, previous: question.previous, is_previous_of_copy: question.is_previous_of_copy == 1 })
}

/// The group of the copy that the system calls at the signal, if it calls one and not this one.
fn group_of_other(signal: c_int, ours: Handler) -> Option<&'static Group> {
    // What is no signal has no action.
    match Action::at(signal).ok()?.called()? {
        Called::OfCopy(handler) if handler != ours as usize => Some(ask(handler, signal)?.group),
        _ => None,
    }
}

/// Whether the action calls no handler but those of other copies: so it doesn't call ours. Other handlers may.
pub(super) fn calls_only_others(action: &Action, ours: Handler, signal: c_int) -> bool {
    let Some(Called::OfCopy(mut handler)) = action.called() else { return false };
    // It ends, since none is called by one that it calls.
    while handler != ours as usize {
        match ask(handler, signal) {
            Some(Answer { previous: 0, .. }) => return true,
            Some(Answer { previous, is_previous_of_copy: true, .. }) => handler = previous,
            _ => return false,
        }
    }
    false
}

/// Counts in this process from now on, together with all copies that can be seen. Before this copy receives a signal.
pub(super) fn begin_in(process: i32, ours: Handler) {
    IS_COUNTED.store(false, Relaxed);
    GROUP.root().begin_in(process);
    (1..=LAST).for_each(|signal| meet(signal, ours, process));
}

/// Counts together with the copy that the system calls at the signal.
pub(super) fn meet(signal: c_int, ours: Handler, process: i32) {
    if let Some(group) = group_of_other(signal, ours) {
        GROUP.join(group, process);
    }
}

/// In the handler, in a process in which a thread waits for the signal: counts this copy, once. Says whether nobody is
/// left who ends the process: another thread has counted this copy at the same time, and all have left since.
pub(super) fn enter(signal: c_int, ours: Handler, process: i32) -> bool {
    if IS_COUNTED.load(Acquire) {
        return false;
    }
    match group_of_other(signal, ours) {
        Some(group) => GROUP.add_with(group, process),
        None => _ = GROUP.add(),
    }
    // Counted first, so that whoever sees that it is also sees the count. Another thread may have done both meanwhile.
    IS_COUNTED.swap(true, AcqRel) && finish()
}

/// This copy is done: says whether all are.
pub(super) fn finish() -> bool {
    GROUP.count(|count| count.saturating_sub(1)).0 == 0
}

/// In the handler, where this copy doesn't receive the signal: whether others that were reached go on.
pub(super) fn has_others(signal: c_int, ours: Handler, process: i32) -> bool {
    let root = GROUP.root();
    let others = root.counted_in(process).saturating_sub(IS_COUNTED.load(Acquire).into());
    let group = group_of_other(signal, ours).map(Group::root).filter(|group| !ptr::eq(*group, root));
    others > 0 || group.is_some_and(|group| group.counted_in(process) > 0)
}

/// In the child of a fork, no copy has been reached: none runs handlers there for which another would wait.
pub(super) fn forget_those_of_the_parent() {
    GROUP.root().begin_in(0);
    IS_COUNTED.store(false, Relaxed);
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    #[test]
    fn copies_of_all_versions_understand_each_other() {
        const POINTER: usize = size_of::<usize>();
        assert_eq!((offset_of!(Group, state), offset_of!(Group, process)), (0, POINTER));
        assert_eq!((offset_of!(Question, version), offset_of!(Question, signal)), (0, 4));
        assert_eq!((offset_of!(Question, group), offset_of!(Question, previous)), (8, 8 + POINTER));
        assert_eq!(offset_of!(Question, is_previous_of_copy), 8 + 2 * POINTER);
        assert_eq!((ASKED, VERSION), (0x6174_6578, 1));
        assert_eq!(State::counting(3).addr(), 7);
    }

    #[test]
    fn groups_that_join_count_together_and_the_last_to_leave_knows() {
        static GROUPS: [Group; 4] = [const { Group::new() }; 4];
        let [first, second, third, fourth] = GROUPS.each_ref();
        let process = 1;
        first.root().begin_in(process);
        second.join(first, process);
        third.join(second, process);
        first.add();
        // One that is counted already counts with the others, whichever way they would be joined.
        first.add_with(fourth, process);
        third.add();
        let leave = |group: &'static Group| group.count(|count| count - 1).0;
        assert_eq!((leave(second), leave(first)), (2, 1));
        assert_eq!((third.root().counted_in(process), third.root().counted_in(process + 1)), (1, 0));
        assert_eq!(leave(third), 0);
    }

    #[test]
    fn groups_count_afresh_in_another_process() {
        static GROUPS: [Group; 2] = [const { Group::new() }; 2];
        let [first, second] = GROUPS.each_ref();
        first.root().begin_in(1);
        first.add();
        first.root().begin_in(1);
        assert_eq!(first.counted_in(1), 1);
        second.root().begin_in(2);
        second.join(first, 2);
        assert_eq!(second.add().counted_in(2), 1);
        assert!(ptr::eq(first.root(), second.root()));
    }

    #[test]
    fn many_that_enter_and_leave_at_once_have_one_last() {
        static GROUPS: [Group; 8] = [const { Group::new() }; 8];
        GROUPS.iter().for_each(|group| group.begin_in(1));
        let last = std::thread::scope(|scope| {
            // Counted throughout, as it is where the others enter.
            GROUPS[3].add();
            let threads: Vec<_> =
                GROUPS.iter().map(|group| scope.spawn(move || group.add_with(&GROUPS[3], 1))).collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
            let threads: Vec<_> =
                GROUPS.iter().map(|group| scope.spawn(move || group.count(|count| count - 1).0 == 0)).collect();
            threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum::<usize>()
                + usize::from(GROUPS[3].count(|count| count - 1).0 == 0)
        });
        assert_eq!(last, 1);
    }
}
