//! How a handler that is registered now gets to run. A pure decision.

use super::progress::At;
use crate::pending::{DownTo, Marks};

/// How a handler that is registered now gets to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Route {
    /// By a slot of its own.
    Slot,
    /// By a slot that we hold, or by the loop that is running handlers.
    Scheduled,
    /// The thread first waits for those that are pending to run.
    Wait,
    /// Everything has run, and nobody will come to it: at once, on the thread that registers it.
    RunNow,
}

/// When the C runtime may be asked for slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SlotsFrom {
    /// At any time: it comes to those, too, that are taken while it goes through its list.
    Always,
    /// Before the exit.
    BeforeExit,
    /// Never: C's `exit` may hang, so nobody would come to it.
    Never,
}

impl Route {
    /// Of a handler that the exiting thread registers.
    pub(crate) fn of_exiting_thread(at: At, slots_from_c: SlotsFrom, marks: &Marks) -> Self {
        let takes_late_slots = slots_from_c == SlotsFrom::Always;
        match at {
            // What C or C++ has set up is being torn down, and what is registered meanwhile comes before the rest of
            // that.
            At::BetweenSlots if takes_late_slots => Self::Slot,
            At::BetweenSlots if marks.base_is_to_come() => Self::Scheduled,
            // The loop comes to it next.
            At::Slot(_) | At::LateSlot => Self::Scheduled,
            At::Over if takes_late_slots && marks.floor_is_to_come() => Self::Slot,
            At::BetweenSlots | At::Over | At::Ending => Self::RunNow,
        }
    }

    /// Of a handler that another thread registers during the exit; `is_full`, if threads register faster than handlers
    /// run.
    pub(crate) fn of_other_thread(at: At, is_full: bool, marks: &Marks) -> Self {
        match at {
            // Nothing comes to it but this slot's loop, which may be over before.
            At::BetweenSlots | At::Slot(DownTo::Mark(_)) if !marks.base_is_to_come() => Self::RunNow,
            At::BetweenSlots | At::Slot(_) if is_full => Self::Wait,
            At::BetweenSlots | At::Slot(_) => Self::Scheduled,
            At::Over | At::LateSlot | At::Ending => Self::RunNow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pending::Registered;

    /// How far the exit may be, each followed by the next: all of them, since the compiler asks for the one after each.
    fn all() -> impl Iterator<Item = At> {
        let after = |at: &At| match at {
            At::BetweenSlots => Some(At::Slot(DownTo::Mark(Registered::<()>::new().mark()))),
            At::Slot(DownTo::Mark(_)) => Some(At::Slot(DownTo::Oldest)),
            At::Slot(DownTo::Oldest) => Some(At::Over),
            At::Over => Some(At::LateSlot),
            At::LateSlot => Some(At::Ending),
            At::Ending => None,
        };
        std::iter::successors(Some(At::BetweenSlots), after)
    }

    /// With the base and the floor to come, or not.
    fn marks(has_base: bool, has_floor: bool) -> Marks {
        let mut marks = Marks::new();
        if has_base {
            marks.base_placed();
        }
        if !has_floor {
            marks.floor_reached();
        }
        marks
    }

    #[test]
    fn the_exiting_thread_takes_slots_where_late_ones_are_come_to_and_never_waits() {
        for (has_base, has_floor) in [(true, true), (true, false), (false, true), (false, false)] {
            let marks = marks(has_base, has_floor);
            for at in all() {
                let [always, before, never] = [SlotsFrom::Always, SlotsFrom::BeforeExit, SlotsFrom::Never]
                    .map(|slots_from_c| Route::of_exiting_thread(at, slots_from_c, &marks));
                assert_eq!(before, never, "{at:?}");
                let expected = match at {
                    At::BetweenSlots if has_base => [Route::Slot, Route::Scheduled],
                    At::BetweenSlots => [Route::Slot, Route::RunNow],
                    At::Slot(_) | At::LateSlot => [Route::Scheduled; 2],
                    At::Over if has_floor => [Route::Slot, Route::RunNow],
                    At::Over | At::Ending => [Route::RunNow; 2],
                };
                assert_eq!([always, before], expected, "{at:?} {has_base} {has_floor}");
            }
        }
    }

    #[test]
    fn what_other_threads_register_is_scheduled_as_long_as_something_comes_to_it() {
        for has_base in [true, false] {
            for at in all() {
                let [room, full] =
                    [false, true].map(|is_full| Route::of_other_thread(at, is_full, &marks(has_base, true)));
                let expected = match at {
                    At::BetweenSlots | At::Slot(DownTo::Mark(_)) if !has_base => [Route::RunNow; 2],
                    At::BetweenSlots | At::Slot(_) => [Route::Scheduled, Route::Wait],
                    At::Over | At::LateSlot | At::Ending => [Route::RunNow; 2],
                };
                assert_eq!([room, full], expected, "{at:?} {has_base}");
            }
        }
    }
}
