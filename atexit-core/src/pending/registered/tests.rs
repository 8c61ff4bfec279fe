//! The store against a model that is too simple to be wrong: a list of pairs.

use super::*;
use crate::platform::cases;
use proptest::prelude::*;

/// What can be done to a store.
#[derive(Clone, Debug)]
enum Step {
    Add,
    /// Takes by a key that was given out: the index is taken modulo their number.
    Take(usize),
    /// Takes the newest, if it is no older than a key that was given out.
    TakeLast(usize),
    /// Takes all whose value leaves that remainder.
    TakeAll {
        divisor: u32,
        remainder: u32,
    },
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => Just(Step::Add),
        6 => any::<usize>().prop_map(Step::Take),
        4 => any::<usize>().prop_map(Step::TakeLast),
        1 => (1..6_u32, 0..6_u32).prop_map(|(divisor, remainder)| Step::TakeAll { divisor, remainder }),
        1 => Just(Step::Clear),
    ]
}

fn newest_first(mut taken: SystemVec<u32>) -> Vec<u32> {
    std::iter::from_fn(|| taken.pop()).collect()
}

/// Does the same to both, and compares all that can be seen after each step.
fn check(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut registered = Registered::new();
    let mut model: Vec<(Key, u32)> = Vec::new();
    let mut keys = Vec::new();
    let mut added = 0;
    for step in steps {
        match *step {
            Step::Add => {
                let key = registered.add(added);
                prop_assert!(keys.last().is_none_or(|&last| last < key));
                keys.push(key);
                model.push((key, added));
                added += 1;
            }
            Step::Take(index) if !keys.is_empty() => {
                let key = keys[index % keys.len()];
                let found = model.iter().position(|&(other, _)| other == key);
                prop_assert_eq!(registered.contains(key), found.is_some());
                prop_assert_eq!(registered.take(key), found.map(|found| model.remove(found).1));
                prop_assert!(!registered.contains(key));
            }
            Step::Take(_) => {}
            Step::TakeLast(index) => {
                let mark = keys.get(index % (keys.len() + 1)).copied().unwrap_or(Key::OLDEST);
                let is_due = model.last().is_some_and(|&(key, _)| key >= mark);
                let expected = if is_due { model.pop().map(|(_, value)| value) } else { None };
                prop_assert_eq!(registered.take_last(mark), expected);
            }
            Step::TakeAll { divisor, remainder } => {
                let fits = |value: u32| value % divisor == remainder;
                let (taken, kept): (Vec<_>, Vec<_>) = model.into_iter().partition(|&(_, value)| fits(value));
                model = kept;
                let expected: Vec<u32> = taken.into_iter().rev().map(|(_, value)| value).collect();
                prop_assert_eq!(newest_first(registered.take_all(|&value| fits(value))), expected);
            }
            Step::Clear => {
                let expected: Vec<u32> = model.drain(..).rev().map(|(_, value)| value).collect();
                prop_assert_eq!(newest_first(registered.take_all(|_| true)), expected);
            }
        }
        prop_assert_eq!(registered.len(), model.len());
        prop_assert!(registered.newest_first().eq(model.iter().rev().map(|(_, value)| value)));
        prop_assert!(registered.cells.last().is_none_or(|cell| cell.value.is_some()));
        prop_assert!(registered.cells.len() <= Registered::<u32>::SMALL + registered.len() * 2 + 1);
        prop_assert!(registered.cells.capacity() <= (Registered::<u32>::SMALL * 2).max(registered.cells.len() * 4 + 4));
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn short_histories_agree_with_the_model(steps in prop::collection::vec(step(), 0..60)) {
        check(&steps)?;
    }
}

/// How many steps a long history has. Miri takes a thousand times as long for each.
const LONG: std::ops::Range<usize> = if cfg!(miri) { 50..100 } else { 500..1500 };

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn long_histories_agree_with_the_model(steps in prop::collection::vec(step(), LONG)) {
        check(&steps)?;
    }
}

#[test]
fn memory_follows_what_is_there() {
    const TIMES: i32 = if cfg!(miri) { 1000 } else { 1_000_000 };
    const MANY: usize = if cfg!(miri) { 2000 } else { 100_000 };

    let mut registered = Registered::new();
    let keys: Vec<Key> = (0..MANY).map(|_| registered.add(0)).collect();
    // The oldest first, which leaves the empty cells in front.
    for &key in &keys[..MANY - 10] {
        registered.take(key).unwrap();
    }
    assert_eq!(registered.len(), 10);
    assert!(registered.cells.capacity() <= Registered::<i32>::SMALL * 2, "{}", registered.cells.capacity());
    // A value that stays, and many that come and go behind it.
    for value in 0..TIMES {
        let key = registered.add(value);
        assert_eq!(registered.take(key), Some(value));
    }
    assert!(registered.cells.capacity() <= Registered::<i32>::SMALL * 2, "{}", registered.cells.capacity());
}

/// With 32 bits, as a pointer may have, a program that registers a million handlers a second would come to the end of
/// them in an hour.
#[test]
fn keys_have_64_bits_whatever_the_size_of_a_pointer() {
    assert_eq!(size_of::<Key>(), size_of::<u64>());
}

#[test]
fn after_a_loss_no_key_of_before_names_anything() {
    let mut registered = Registered::new();
    let before = [1, 2].map(|value| registered.add(value));
    registered = Registered::new();
    registered.begin_after_losses(1);
    let between = [3, 4].map(|value| registered.add(value));
    registered = Registered::new();
    registered.begin_after_losses(2);
    let after = [5, 6].map(|value| registered.add(value));
    assert!(before[1] < between[0] && between[1] < after[0]);
    assert_eq!([before, between].as_flattened().iter().find_map(|&key| registered.take(key)), None);
    assert_eq!(registered.take(after[1]), Some(6));
}
