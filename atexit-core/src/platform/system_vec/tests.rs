//! The vector against the standard library's.

use std::cell::Cell;
use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::platform::cases;

/// What can be done to a vector. Values are numbers, of which some are even.
#[derive(Clone, Debug)]
enum Step {
    Push(u32),
    Pop,
    PopIfEven,
    /// The index is taken modulo their number.
    Remove(usize),
    RetainEven,
    Clear,
    ShrinkTo(usize),
    Change,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any::<u32>().prop_map(Step::Push),
        3 => Just(Step::Pop),
        2 => Just(Step::PopIfEven),
        3 => any::<usize>().prop_map(Step::Remove),
        1 => Just(Step::RetainEven),
        1 => Just(Step::Clear),
        2 => (0..40_usize).prop_map(Step::ShrinkTo),
        1 => Just(Step::Change),
    ]
}

/// A value, and what counts those that live.
type Counted = (u32, Rc<()>);

fn is_even((value, _): &Counted) -> bool {
    value.is_multiple_of(2)
}

fn values(counted: &[Counted]) -> Vec<u32> {
    counted.iter().map(|&(value, _)| value).collect()
}

/// Miri takes a minute for so many.
const STEPS: usize = if cfg!(miri) { 30 } else { 100 };

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn it_does_what_that_of_std_does(capacity in 0..10_usize, steps in prop::collection::vec(step(), 0..STEPS)) {
        let counter = Rc::new(());
        let mut vec = SystemVec::with_capacity(capacity);
        let mut model: Vec<u32> = Vec::new();
        for step in steps {
            match step {
                Step::Push(value) => {
                    vec.push((value, Rc::clone(&counter)));
                    model.push(value);
                }
                Step::Pop => prop_assert_eq!(vec.pop().map(|(value, _)| value), model.pop()),
                Step::PopIfEven => {
                    let expected = model.pop_if(|value| value.is_multiple_of(2));
                    prop_assert_eq!(vec.pop_if(is_even).map(|(value, _)| value), expected);
                }
                Step::Remove(index) if !model.is_empty() => {
                    let index = index % model.len();
                    prop_assert_eq!(vec.remove(index).0, model.remove(index));
                }
                Step::Remove(_) => {}
                Step::RetainEven => {
                    vec.retain(is_even);
                    model.retain(|value| value.is_multiple_of(2));
                }
                Step::Clear => {
                    vec.clear();
                    model.clear();
                }
                Step::ShrinkTo(capacity) => {
                    let before = vec.capacity();
                    vec.shrink_to(capacity);
                    prop_assert_eq!(vec.capacity(), before.min(capacity.max(model.len())));
                }
                Step::Change => {
                    vec.iter_mut().for_each(|(value, _)| *value = value.wrapping_add(1));
                    model.iter_mut().for_each(|value| *value = value.wrapping_add(1));
                }
            }
            prop_assert_eq!(values(&vec), model.clone());
            prop_assert!(vec.capacity() >= model.len());
            prop_assert_eq!(Rc::strong_count(&counter), model.len() + 1);
        }
        drop(vec);
        prop_assert_eq!(Rc::strong_count(&counter), 1);
    }
}

#[test]
fn elements_are_where_their_type_wants_them() {
    #[repr(align(64))]
    struct Aligned(u8);

    let mut vec = SystemVec::new();
    for number in 0..100 {
        vec.push(Aligned(number));
        assert!(vec.iter().all(|element| (&raw const *element).addr().is_multiple_of(64)));
    }
    assert!(vec.iter().map(|element| element.0).eq(0..100));
}

#[test]
fn a_panic_in_between_drops_no_element_twice() {
    struct Counts<'a>(u32, &'a Cell<u32>);

    impl Drop for Counts<'_> {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
        }
    }

    let dropped = Cell::new(0);
    let mut vec = SystemVec::new();
    (0..10).for_each(|number| vec.push(Counts(number, &dropped)));
    let retained = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        vec.retain(|element| if element.0 < 6 { element.0 % 2 == 1 } else { panic!("while it decides") });
    }));
    assert!(retained.is_err());
    assert_eq!((vec.len(), dropped.get()), (0, 3));
    // The others are leaked.
    drop(vec);
    assert_eq!(dropped.get(), 3);
}

#[test]
#[should_panic(expected = "out of range")]
fn what_is_not_there_cannot_be_removed() {
    let mut vec = SystemVec::with_capacity(4);
    vec.push(1);
    vec.remove(2);
}
