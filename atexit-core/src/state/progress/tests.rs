use super::*;
use crate::pending::Registered;

/// The thread in whose hands the exit is, and two others.
fn threads() -> [Thread; 3] {
    [1, 2, 3].map(Thread::numbered)
}

fn mark() -> DownTo {
    DownTo::Mark(Registered::<()>::new().mark())
}

/// All values of a type, each with the one that comes after it: the compiler asks for that of each.
fn all<T: Copy>(first: T, after: impl Fn(T) -> Option<T>) -> Vec<T> {
    std::iter::successors(Some(first), |&value| after(value)).collect()
}

/// Every hand that a thread may have.
fn hands() -> Vec<Hand> {
    let in_c = |at, owed| Hand::InC { at, owed };
    all(Hand::Called { code: None, is_late: true }, |hand| {
        Some(match hand {
            Hand::Called { code: None, .. } => Hand::Called { code: Some(3), is_late: true },
            Hand::Called { is_late: true, .. } => Hand::Called { code: Some(3), is_late: false },
            Hand::Called { .. } => in_c(At::BetweenSlots, None),
            Hand::InC { at, owed: None, .. } => in_c(at, Some(4)),
            Hand::InC { at: At::BetweenSlots, .. } => in_c(At::Slot(mark()), None),
            Hand::InC { at: At::Slot(DownTo::Mark(_)), .. } => in_c(At::Slot(DownTo::Oldest), None),
            Hand::InC { at: At::Slot(DownTo::Oldest), .. } => in_c(At::Over, None),
            Hand::InC { at: At::Over, .. } => in_c(At::LateSlot, None),
            Hand::InC { at: At::LateSlot, .. } => in_c(At::Ending, None),
            Hand::InC { at: At::Ending, .. } => Hand::Alone { at: Solo::Running },
            Hand::Alone { at: Solo::Running } => Hand::Alone { at: Solo::RunningLate },
            Hand::Alone { at: Solo::RunningLate } => Hand::Alone { at: Solo::Done },
            Hand::Alone { at: Solo::Done } => return None,
        })
    })
}

fn causes() -> Vec<Cause> {
    all(Cause::Exit, |cause| match cause {
        Cause::Exit => Some(Cause::Signal(15)),
        Cause::Signal(_) => Some(Cause::SharedSignal(15)),
        Cause::SharedSignal(_) => Some(Cause::Panic),
        Cause::Panic => Some(Cause::Unloading),
        Cause::Unloading => None,
    })
}

/// In the hands of the first thread.
fn exit_with(hand: Hand, cause: Cause) -> Exit {
    Exit::new(threads()[0], hand, cause, None, Moment::now())
}

/// Has each state checked, and says which one it was if a check fails.
fn for_each(check: impl Fn(Hand, Cause, Exit)) {
    for hand in hands() {
        for cause in causes() {
            // Printed by a test that fails.
            println!("{hand:?} {cause:?}");
            check(hand, cause, exit_with(hand, cause));
        }
    }
}

#[test]
fn every_hand_is_listed_once() {
    let hands = hands();
    assert_eq!(hands.len(), 3 + 6 * 2 + 3);
    assert!((1..hands.len()).all(|index| !hands[..index].contains(&hands[index])));
}

#[test]
fn the_first_thread_at_a_slot_carries_out_the_exit_and_others_wait() {
    let [own, other, _] = threads();
    for_each(|hand, cause, exit| {
        let unloads = cause == Cause::Unloading;
        assert_eq!(exit.arrival(own, None), Arrival::Turn);
        let expected = match hand {
            Hand::Called { .. } => Arrival::Turn,
            Hand::InC { .. } | Hand::Alone { .. } if unloads => Arrival::Turn,
            Hand::InC { .. } | Hand::Alone { .. } => Arrival::Wait,
        };
        assert_eq!(exit.arrival(other, None), expected);
        // That one unloads the library while another thread exits.
        assert_eq!(exit.arrival(other, Some(other)), if unloads { Arrival::Turn } else { Arrival::Beside });
        let is_in_c = match hand {
            Hand::InC { .. } => cause != Cause::Panic,
            Hand::Called { .. } | Hand::Alone { .. } => false,
        };
        assert_eq!((exit.is_carried_out_by(own), exit.is_carried_out_by(other)), (is_in_c, false));
    });
}

#[test]
fn who_takes_the_exit_from_there_owes_c_the_status_that_another_thread_wants() {
    let [own, other, _] = threads();
    for_each(|hand, cause, _| {
        for by in [own, other] {
            let mut exit = exit_with(hand, cause);
            exit.park(by);
            exit.take_from_there(by, None);
            let (at, owed) = match hand {
                Hand::Called { is_late, code } => {
                    (if is_late { At::Over } else { At::BetweenSlots }, code.filter(|_| by == other))
                }
                Hand::InC { at, owed } => (at.left(), owed),
                Hand::Alone { at: Solo::Running } => (At::BetweenSlots, None),
                Hand::Alone { at: Solo::RunningLate } => (At::Over, None),
                Hand::Alone { at: Solo::Done } => (At::Ending, None),
            };
            assert_eq!((exit.by, exit.hand), (by, Hand::InC { at, owed }));
            // A handler that runs because of a panic has called C's `exit`: nothing aborts.
            assert_eq!(exit.is_left_to_panic(), cause == Cause::Panic && by != own);
            assert!(!exit.has_parked(own) && !exit.has_parked(other) && !exit.is_unloading());
            if let (Reason::Exit(code), Some(_)) = (exit.reason(), owed) {
                assert_eq!(code, owed);
            }
            assert_eq!([exit.take_owed_code(by), exit.take_owed_code(by)], [owed, None]);
        }
    });
}

#[test]
fn the_first_call_of_exit_begins_it_and_others_wait() {
    let [own, other, _] = threads();
    assert_eq!(Exit::call_by(None, own), Call::First);
    for_each(|hand, cause, exit| {
        assert_eq!(Exit::call_by(Some(&exit), own), Call::Again);
        let expected = match (hand, cause) {
            (_, Cause::Unloading | Cause::SharedSignal(_)) => Call::First,
            (Hand::Called { .. }, Cause::Exit | Cause::Signal(_) | Cause::Panic) => Call::OtherFirst,
            (Hand::InC { .. } | Hand::Alone { .. }, Cause::Exit | Cause::Signal(_) | Cause::Panic) => Call::Elsewhere,
        };
        assert_eq!(Exit::call_by(Some(&exit), other), expected);
    });
}

#[test]
fn a_call_of_process_exit_exits_once_and_waits_for_others_while_they_run_handlers() {
    let [own, other, _] = threads();
    assert_eq!(Exit::leaving_by(None, own), Leaving::Exit);
    for_each(|hand, cause, exit| {
        let is_over = matches!(hand.at(), At::Over | At::Ending);
        assert_eq!(Exit::leaving_by(Some(&exit), own), if is_over { Leaving::End } else { Leaving::Exit });
        let expected = match (cause, hand.at()) {
            (Cause::Unloading | Cause::SharedSignal(_), _) => Leaving::Exit,
            (_, At::Ending) => Leaving::WaitInTime,
            _ => Leaving::Wait,
        };
        assert_eq!(Exit::leaving_by(Some(&exit), other), expected);
    });
}

#[test]
fn exit_at_exit_runs_what_no_slot_below_has_and_calls_c_only_where_c_takes_it() {
    for_each(|hand, _, exit| {
        let (repeats, calls) = match hand {
            Hand::Called { .. } => (Way::Repeat(None), Way::WithoutC),
            Hand::InC { at, .. } => {
                let left = match at {
                    At::Slot(down_to) => Some(down_to),
                    At::LateSlot => Some(DownTo::Oldest),
                    At::BetweenSlots | At::Over | At::Ending => None,
                };
                (Way::Repeat(left), Way::WithoutC)
            }
            Hand::Alone { .. } => (Way::CallOrHandOver, Way::CallOrHandOver),
        };
        assert_eq!([exit.way(true, true), exit.way(true, false)], [repeats, calls]);
        assert_eq!(exit.way(false, false), Way::WithoutC);
    });
}

#[test]
fn the_reason_is_what_began_the_exit_unless_a_status_was_told() {
    for_each(|hand, cause, mut exit| {
        let (is_in_c, owed) = match hand {
            Hand::InC { owed, .. } => (true, owed),
            Hand::Called { .. } | Hand::Alone { .. } => (false, None),
        };
        let reason = match cause {
            _ if owed.is_some() => Reason::Exit(owed),
            Cause::Exit => Reason::Exit(None),
            Cause::Signal(_) if is_in_c => Reason::Exit(None),
            Cause::Signal(signal) | Cause::SharedSignal(signal) => Reason::Signal(signal),
            Cause::Panic => Reason::Panic,
            Cause::Unloading => Reason::Unload,
        };
        assert_eq!(exit.reason(), reason);
        exit.learn_code(9);
        let told = match cause {
            Cause::SharedSignal(_) => reason,
            Cause::Exit | Cause::Signal(_) | Cause::Panic | Cause::Unloading => Reason::Exit(owed.or(Some(9))),
        };
        assert_eq!(exit.reason(), told);
        let [_, other, _] = threads();
        exit.take_over_alone(other, Cause::Panic, None);
        assert_eq!(exit.reason(), Reason::Panic);
    });
}

/// What decides who may go on stays as it is until C is told.
#[test]
fn a_handler_that_exits_changes_what_others_see_and_nothing_else() {
    let [own, other, third] = threads();
    let decisions = |exit: &Exit| {
        let by = |thread| (exit.arrival(thread, None), exit.arrival(thread, Some(other)), exit.may_panic_run(thread));
        let flags = [exit.is_unloading(), exit.is_left_to_panic(), exit.is_left_to_other_copies()];
        (exit.at(), exit.signal(), flags, exit.is_under_deadline(), [own, other, third].map(by))
    };
    for_each(|hand, cause, mut exit| {
        exit.learn_code_of_handler(6);
        assert_eq!(exit.reason(), Reason::Exit(Some(6)));
        assert_eq!(decisions(&exit), decisions(&exit_with(hand, cause)));
        // The last status counts.
        assert_eq!(exit.take_owed_code(own), None);
    });
}

#[test]
fn the_last_status_wins_whoever_passes_it_to_c() {
    let [own, other, _] = threads();
    for_each(|hand, cause, mut exit| {
        let was_late = exit.at().is_late();
        exit.note_call(own, 7);
        assert_eq!(exit.reason(), Reason::Exit(Some(7)));
        let keeps_cause = match cause {
            Cause::Exit | Cause::Signal(_) | Cause::SharedSignal(_) => true,
            Cause::Panic | Cause::Unloading => false,
        };
        assert_eq!(exit.cause, if keeps_cause { cause } else { Cause::Exit });
        let expected = match hand {
            Hand::InC { at, .. } => Hand::InC { at, owed: None },
            Hand::Called { .. } | Hand::Alone { .. } => Hand::Called { code: Some(7), is_late: was_late },
        };
        assert_eq!((exit.by, exit.hand), (own, expected));
        // While another thread unloads, or has only called it, or has left the end to others.
        exit.note_call(other, 8);
        assert_eq!((exit.by, exit.hand), (other, Hand::Called { code: Some(8), is_late: was_late }));
    });
}

#[test]
fn a_turn_ends_where_it_began() {
    let [own, other, _] = threads();
    for_each(|hand, cause, mut exit| {
        let before = exit.at();
        let mut usual = exit_with(hand, cause);
        assert_eq!(usual.begin_usual_turn(own, Some(9), || None), None);
        assert_eq!(usual.begin_usual_turn(other, Some(9), || unreachable!("it isn't this one's turn")), None);
        assert_eq!(usual.hand, hand);
        let is_usual = match hand {
            Hand::InC { at, .. } => at == At::BetweenSlots,
            Hand::Called { .. } | Hand::Alone { .. } => false,
        };
        assert_eq!(usual.begin_usual_turn(own, Some(9), || Some(mark())), is_usual.then(mark));
        if is_usual {
            let nothing_left = usual.reason() == Reason::Exit(Some(9)) && cause == Cause::Exit;
            assert_eq!((usual.at(), usual.ends_usual_turn(other)), (At::Slot(mark()), false));
            assert_eq!(usual.ends_usual_turn(own), nothing_left);
            assert_eq!(usual.at(), if nothing_left { At::BetweenSlots } else { At::Slot(mark()) });
        }
        exit.begin_turn(mark());
        let at = match before {
            At::BetweenSlots | At::Slot(_) => At::Slot(mark()),
            At::Over | At::LateSlot | At::Ending => At::LateSlot,
        };
        match hand {
            Hand::InC { .. } => {
                assert_eq!((exit.at(), exit.is_running_beside(other)), (at, true));
                exit.end_turn(other);
                assert_eq!(exit.at(), at);
                exit.end_turn(own);
                assert_eq!((exit.at(), exit.is_running_beside(other)), (at.left(), false));
            }
            Hand::Called { .. } | Hand::Alone { .. } => assert_eq!((exit.by, exit.hand), (own, hand)),
        }
        assert!(!exit.is_running_beside(own));
    });
}

#[test]
fn a_turn_that_leaves_something_to_do_does_not_end_as_usual() {
    let [own, other, _] = threads();
    let at_slot = Hand::InC { at: At::Slot(mark()), owed: None };
    for cause in causes() {
        assert_eq!(exit_with(at_slot, cause).ends_usual_turn(own), cause == Cause::Exit, "{cause:?}");
    }
    let exit_with = |hand| exit_with(hand, Cause::Exit);
    let mut exit = exit_with(at_slot);
    exit.add_waiting_panic();
    assert!(!exit.ends_usual_turn(own));
    let owing = Hand::InC { at: At::Slot(mark()), owed: Some(3) };
    assert!(!exit_with(owing).ends_usual_turn(own));
    assert!(!exit_with(at_slot).ends_usual_turn(other));
}

#[test]
fn running_everything_is_noted_by_the_thread_that_has_the_exit_in_its_hands() {
    let [own, other, _] = threads();
    for_each(|hand, cause, mut exit| {
        exit.begin_everything(other);
        exit.everything_has_run(other, Then::End);
        assert_eq!((exit.by, exit.hand), (own, hand));
        let was_late = exit.at().is_late();
        exit.begin_everything(own);
        assert_eq!(exit.at(), if was_late { At::LateSlot } else { At::Slot(DownTo::Oldest) });
        assert_eq!(exit.is_under_deadline(), !was_late || matches!(cause, Cause::SharedSignal(_)));
        for (then, at) in [(Then::BackToC, At::Over), (Then::End, At::Ending)] {
            exit.everything_has_run(own, then);
            let at = match hand {
                Hand::Called { .. } | Hand::InC { .. } => at,
                Hand::Alone { .. } => At::Ending,
            };
            assert_eq!(exit.at(), at);
        }
        assert_eq!(exit.is_under_deadline(), matches!(cause, Cause::SharedSignal(_)));
    });
}

#[test]
fn a_panic_that_aborts_waits_for_handlers_and_keeps_all_others_out() {
    let [own, panics, third] = threads();
    for_each(|hand, cause, mut exit| {
        assert!(exit.may_panic_run(own));
        let may_run = match hand {
            _ if cause == Cause::Unloading => true,
            Hand::Called { .. } => true,
            Hand::InC { at, .. } => match at {
                At::BetweenSlots | At::Over => true,
                At::Slot(_) | At::LateSlot | At::Ending => false,
            },
            Hand::Alone { .. } => false,
        };
        assert_eq!(exit.may_panic_run(panics), may_run);
        assert_eq!(exit.is_left_to_panic(), cause == Cause::Panic);
        exit.add_waiting_panic();
        assert!(exit.is_left_to_panic());
        let was_late = exit.at().is_late();
        exit.take_over_for_panic(panics);
        let at = if was_late { Solo::RunningLate } else { Solo::Running };
        assert_eq!((exit.by, exit.hand, exit.reason()), (panics, Hand::Alone { at }, Reason::Panic));
        assert_eq!((exit.is_left_to_panic(), exit.arrival(third, None)), (true, Arrival::Wait));
        exit.note_call(panics, 3);
        assert!(!exit.is_left_to_panic());
    });
}

#[test]
fn a_panic_on_the_thread_that_is_in_the_exit_of_c_stays_there() {
    let [own, other, _] = threads();
    for_each(|hand, cause, mut exit| {
        let at = exit.at().turn(DownTo::Oldest);
        exit.add_waiting_panic();
        exit.take_over_for_panic(own);
        let expected = match hand {
            Hand::Called { .. } | Hand::InC { .. } if cause != Cause::Unloading => Hand::InC { at, owed: None },
            Hand::Called { .. } | Hand::InC { .. } | Hand::Alone { .. } => {
                Hand::Alone { at: Solo::running_after(hand.at()) }
            }
        };
        assert_eq!((exit.by, exit.hand, exit.reason()), (own, expected, Reason::Panic));
        assert_eq!((exit.may_panic_run(other), exit.arrival(other, None)), (false, Arrival::Wait));
        // A handler calls C's `exit`, which comes to a slot.
        assert!(!exit.is_carried_out_by(own));
        exit.take_from_there(own, None);
        assert_eq!((exit.is_carried_out_by(own), exit.is_left_to_panic()), (true, false));
    });
}

#[test]
fn what_a_signal_leaves_to_other_copies_is_for_whoever_comes_to_a_slot() {
    let [own, other, _] = threads();
    for_each(|hand, cause, mut exit| {
        exit.leave_to_other_copies();
        let (expected, is_left) = match cause {
            Cause::Signal(_) => (Hand::Called { code: None, is_late: true }, true),
            Cause::SharedSignal(_) => (hand, true),
            Cause::Exit | Cause::Panic | Cause::Unloading => (hand, false),
        };
        assert_eq!((exit.by, exit.hand, exit.is_left_to_other_copies()), (own, expected, is_left));
        assert_eq!(exit.signal(), exit_with(hand, cause).signal());
        if let Cause::Signal(_) = cause {
            assert_eq!((Exit::call_by(Some(&exit), other), exit.is_under_deadline()), (Call::First, true));
        }
    });
}

#[test]
fn unloading_and_exiting_do_not_wait_for_each_other() {
    let [unloads, exits, _] = threads();
    let mut exit = Exit::at_slot(unloads, Cause::Unloading, Moment::now());
    exit.begin_turn(DownTo::Oldest);
    assert_eq!(exit.arrival(exits, Some(unloads)), Arrival::Turn);
    exit.take_from_there(exits, Some(unloads));
    exit.begin_turn(DownTo::Oldest);
    assert!(!exit.is_unloading());
    assert_eq!(exit.arrival(unloads, Some(unloads)), Arrival::Beside);
    // What the one that unloads has done doesn't end the other's turn, and the library stays while that lasts.
    exit.everything_has_run(unloads, Then::BackToC);
    exit.end_turn(unloads);
    assert!(exit.is_running_beside(unloads));
    exit.end_turn(exits);
    assert!(!exit.is_running_beside(unloads));
}

#[test]
fn a_child_forked_by_a_handler_that_c_has_no_part_in_may_not_call_c() {
    let [_, forks, _] = threads();
    for_each(|hand, _, mut exit| {
        exit.park(Thread::numbered(9));
        exit.add_waiting_panic();
        let is_alone = match hand {
            Hand::Alone { .. } => true,
            Hand::Called { .. } | Hand::InC { .. } => false,
        };
        assert_eq!(exit.continue_in_child(forks), is_alone);
        assert!(exit.is_by(forks) && !exit.has_parked(forks));
        assert_eq!(exit.at(), hand.at());
        exit.cause = Cause::Exit;
        assert!(!exit.is_left_to_panic());
    });
}
