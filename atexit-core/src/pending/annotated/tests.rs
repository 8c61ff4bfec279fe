//! The list of records against one that the standard library sorts.

use std::sync::{Barrier, Mutex, PoisonError};

use proptest::prelude::*;

use super::*;
use crate::handler::{CrateKey, Described, Returned};
use crate::platform::cases;

fn function(_: Option<&mut Option<Described>>) -> Option<Returned> {
    None
}

/// Of a crate whose name is that number. Each has a key of its own, as in modules of a crate.
fn record(priority: i32, krate: u8, index: u32) -> &'static Record {
    /// Miri takes what nothing leads to any more for lost.
    static ALL: Mutex<Vec<(&Record, &CrateKey)>> = Mutex::new(Vec::new());

    let name = format!("{krate}::module").leak();
    let krate = CrateKey { is_program: false, module_path: name, package: "", version: "" };
    let krate = &*Box::leak(Box::new(krate));
    let record = &*Box::leak(Box::new(Record::undeclared()));
    record.declare(Declared { function, krate, priority, index });
    ALL.lock().unwrap_or_else(PoisonError::into_inner).push((record, krate));
    record
}

fn key(record: &Record) -> (i32, u8, u32) {
    let declared = record.declared();
    (declared.priority, declared.krate.name().as_bytes()[0] - b'0', declared.index)
}

fn list(records: &[&'static Record]) -> List {
    let list = Start::new();
    let mut end = list.end();
    records.iter().for_each(|record| end.push(record));
    end.finish(List::EMPTY);
    list.list()
}

const MOST: usize = if cfg!(miri) { 20 } else { 200 };

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn lists_are_sorted_and_merged(
        keys in prop::collection::hash_set((-2..3_i32, 0..3_u8, 0..50_u32), 0..MOST),
        divisor in 1..7_u32,
        are_shared in any::<bool>(),
    ) {
        let records: Vec<_> = keys.iter().map(|&(priority, krate, index)| record(priority, krate, index)).collect();
        let mut expected: Vec<_> = keys.into_iter().collect();
        expected.sort_by(|one, other| other.cmp(one));
        let (some, others) = records.split_at(records.len() / 3);
        if are_shared {
            let mut crates = Crates::new();
            records.iter().for_each(|record| record.know_crate_by(crates.share(record.declared().krate)));
        }
        let list = list(some).sort().merge(list(others).sort());
        let mut annotated = Annotated { list, len: records.len(), crates: Crates::new() };
        prop_assert_eq!(annotated.newest_first().map(key).collect::<Vec<_>>(), expected.clone());

        let fits = |index: u32| index.is_multiple_of(divisor);
        let taken = annotated.take_all(|record| fits(record.declared().index));
        let before = expected.len();
        expected.retain(|&(_, _, index)| !fits(index));
        prop_assert_eq!(taken, before - expected.len());
        prop_assert_eq!(annotated.len(), expected.len());
        let left: Vec<_> = std::iter::from_fn(|| annotated.take_last()).map(key).collect();
        prop_assert_eq!(left, expected);
        prop_assert_eq!(annotated.len(), 0);
    }
}

/// Any code may link records, as often and on as many threads as it likes.
#[test]
fn a_record_is_linked_once_and_whole_whoever_links_it() {
    const RECORDS: usize = 100;
    static LINKED_BY_MANY: [Record; RECORDS] = [const { Record::undeclared() }; RECORDS];
    static KEY: CrateKey = CrateKey { is_program: false, module_path: "krate", package: "", version: "" };

    let begin = Barrier::new(3);
    std::thread::scope(|scope| {
        for (priority, index) in [(0, 0), (1, 1), (2, 2)] {
            let begin = &begin;
            scope.spawn(move || {
                begin.wait();
                for record in &LINKED_BY_MANY {
                    link(record, Declared { function, krate: &KEY, priority, index });
                }
            });
        }
    });
    let mut annotated = Annotated::new();
    annotated.collect();
    assert_eq!(annotated.newest_first().count(), RECORDS);
    for record in annotated.newest_first() {
        let declared = record.declared();
        assert!(LINKED_BY_MANY.iter().any(|other| ptr::eq(record, other)));
        assert_eq!(u32::try_from(declared.priority), Ok(declared.index));
        assert!(ptr::eq(declared.krate, &raw const KEY));
    }
}

#[test]
fn many_records_are_sorted_however_they_are_linked() {
    const MANY: u32 = if cfg!(miri) { 100 } else { 100_000 };

    let newest_first = |number| MANY - 1 - number;
    let oldest_first = |number| number;
    let shuffled = |number| number * 7 % MANY;
    for index in [newest_first, oldest_first, shuffled] {
        let records: Vec<_> = (0..MANY).map(|number| record(0, 0, index(number))).collect();
        let sorted = list(&records).sort();
        assert!(sorted.records().map(|record| record.declared().index).eq((0..MANY).rev()));
    }
}
