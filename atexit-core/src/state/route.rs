//! How a handler that is registered now gets to run. A pure decision.

use super::exit::{Exit, Phase};
use crate::pending::{Since, Slots};

/// How a handler that is registered now gets to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Route {
    /// By a slot of its own.
    Slot,
    /// By a slot that we hold, or by the loop that is running handlers.
    Covered,
    /// The thread first waits for those that are pending to run.
    Wait,
    /// Everything has run, and nobody will come to it: at once, on the thread that registers it.
    OnTheSpot,
}

/// When the C runtime may be asked for slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SlotsFrom {
    /// At any time: it comes to those, too, that are taken while it goes through its list.
    Always,
    /// Before the exit.
    BeforeExit,
    /// Never: this process was forked while another thread was exiting, and may have been using the list.
    Never,
}

/// A handler that is registered during the exit: what decides its route, beside how far the exit is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Newcomer {
    /// Whether the thread that registers it carries out the exit.
    pub(crate) is_by_exiting_thread: bool,
    /// Whether other threads register faster than handlers run.
    pub(crate) is_backlog_full: bool,
    pub(crate) slots_from_c: SlotsFrom,
}

impl Route {
    /// Of a handler that is registered before the exit, when so many are pending.
    #[inline]
    pub(crate) fn before_exit(slots_from_c: SlotsFrom, pending: usize, slots: &Slots) -> Self {
        if slots_from_c != SlotsFrom::Never && slots.has_room(pending) { Self::Slot } else { Self::Covered }
    }
}

impl Newcomer {
    pub(crate) fn route(self, exit: &Exit, slots: &Slots) -> Route {
        let late_slots = self.slots_from_c == SlotsFrom::Always;
        match (exit.phase(), self.is_by_exiting_thread) {
            // What C or C++ has set up is being torn down, and what is registered meanwhile comes before the rest of
            // that.
            (Phase::BetweenSlots, true) if late_slots => Route::Slot,
            (Phase::Over, true) if late_slots && slots.floor_is_to_come() => Route::Slot,
            // The loop comes to it next.
            (Phase::Running(_) | Phase::RunningLate, true) => Route::Covered,
            (Phase::BetweenSlots | Phase::Running(Since::Mark(_)), _) if !slots.base_is_to_come() => Route::OnTheSpot,
            (Phase::BetweenSlots | Phase::Running(_), false) if self.is_backlog_full => Route::Wait,
            (Phase::BetweenSlots | Phase::Running(_), _) => Route::Covered,
            (Phase::Over | Phase::RunningLate | Phase::Ending, _) => Route::OnTheSpot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pending::Registered;
    use crate::platform::Moment;
    use crate::state::exit::Cause;
    use crate::thread::Thread;

    const OTHER: Newcomer =
        Newcomer { is_by_exiting_thread: false, is_backlog_full: false, slots_from_c: SlotsFrom::Always };
    const OWN: Newcomer = Newcomer { is_by_exiting_thread: true, ..OTHER };
    const OWN_WITHOUT_LATE_SLOTS: Newcomer = Newcomer { slots_from_c: SlotsFrom::BeforeExit, ..OWN };

    /// The slots of a process in which `main` runs.
    fn slots() -> Slots {
        let mut slots = Slots::new();
        slots.base_placed();
        slots
    }

    fn route(newcomer: Newcomer, phase: Phase, slots: &Slots) -> Route {
        let exit = Exit::new(Thread::numbered(1), Cause::Exit, phase, Moment::now());
        newcomer.route(&exit, slots)
    }

    #[test]
    fn before_the_exit_each_has_a_slot_of_its_own_while_there_is_room() {
        let (few, many) = (0, 1);
        let mut full = slots();
        while full.has_room(few) {
            full.push(Registered::<()>::new().mark());
        }
        for slots_from_c in [SlotsFrom::Always, SlotsFrom::BeforeExit] {
            assert_eq!(Route::before_exit(slots_from_c, few, &slots()), Route::Slot);
            assert_eq!(Route::before_exit(slots_from_c, few, &full), Route::Covered);
            assert_eq!(Route::before_exit(slots_from_c, many, &full), Route::Slot);
        }
        assert_eq!(Route::before_exit(SlotsFrom::Never, few, &slots()), Route::Covered);
    }

    #[test]
    fn while_handlers_run_newcomers_are_covered() {
        for phase in [Phase::Running(Since::Start), Phase::BetweenSlots] {
            assert_eq!(route(OTHER, phase, &slots()), Route::Covered, "{phase:?}");
            assert_eq!(route(Newcomer { is_backlog_full: true, ..OTHER }, phase, &slots()), Route::Wait, "{phase:?}");
            let own = Newcomer { is_backlog_full: true, ..OWN_WITHOUT_LATE_SLOTS };
            assert_eq!(route(own, phase, &slots()), Route::Covered, "{phase:?}");
        }
        assert_eq!(route(OWN, Phase::RunningLate, &slots()), Route::Covered);
    }

    #[test]
    fn between_slots_the_exiting_thread_takes_a_slot_where_late_ones_are_come_to() {
        assert_eq!(route(OWN, Phase::BetweenSlots, &slots()), Route::Slot);
        assert_eq!(route(OWN_WITHOUT_LATE_SLOTS, Phase::BetweenSlots, &slots()), Route::Covered);
    }

    #[test]
    fn when_all_is_over_only_the_exiting_thread_takes_slots_and_only_above_the_floor() {
        let mut slots = slots();
        assert_eq!(route(OWN, Phase::Over, &slots), Route::Slot);
        assert_eq!(route(OWN_WITHOUT_LATE_SLOTS, Phase::Over, &slots), Route::OnTheSpot);
        for phase in [Phase::Over, Phase::RunningLate, Phase::Ending] {
            assert_eq!(route(OTHER, phase, &slots), Route::OnTheSpot, "{phase:?}");
        }
        slots.floor_reached();
        assert_eq!(route(OWN, Phase::Over, &slots), Route::OnTheSpot);
    }

    #[test]
    fn without_a_base_nothing_covers_what_other_threads_register() {
        let slots = Slots::new();
        assert_eq!(route(OTHER, Phase::BetweenSlots, &slots), Route::OnTheSpot);
        assert_eq!(route(OTHER, Phase::Running(Since::Start), &slots), Route::Covered);
    }
}
