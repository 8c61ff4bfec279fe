//! The order among records, field by field.

use super::*;

const KEY: SourceKey = SourceKey {
    priority: 0,
    in_final_program: false,
    crate_name: CrateName("mango::slice"),
    version: Version(Some("1.0.0")),
    package: Some("orchard"),
    index: 5,
};

#[test]
fn an_earlier_field_outweighs_all_later_ones() {
    // Each is greater than the one before in one field, and greater in none that counts less.
    let least = SourceKey { priority: -1, in_final_program: true, crate_name: CrateName("zebra"), ..KEY };
    let ascending = [
        SourceKey { version: Version(Some("9.0.0")), index: 9, ..least },
        SourceKey { crate_name: CrateName("apple"), version: Version(Some("9.0.0")), index: 9, ..KEY },
        SourceKey { version: Version(None), index: 9, ..KEY },
        SourceKey { version: Version(Some("0.9.0")), index: 9, ..KEY },
        SourceKey { package: None, index: 9, ..KEY },
        SourceKey { package: Some("garden"), index: 9, ..KEY },
        KEY,
        SourceKey { index: 6, ..KEY },
        SourceKey { package: Some("shop"), index: 0, ..KEY },
        SourceKey { version: Version(Some("1.0.1")), index: 0, ..KEY },
        SourceKey { crate_name: CrateName("zebra"), version: Version(None), index: 0, ..KEY },
        SourceKey {
            in_final_program: true,
            crate_name: CrateName("aardvark"),
            version: Version(None),
            index: 0,
            ..KEY
        },
        SourceKey { priority: 1, crate_name: CrateName("aardvark"), version: Version(None), index: 0, ..KEY },
    ];
    for (place, key) in ascending.iter().enumerate() {
        for (other_place, other) in ascending.iter().enumerate() {
            assert_eq!(key.cmp(other), place.cmp(&other_place), "{key:?} and {other:?}");
        }
    }
}

#[test]
fn priorities_are_compared_as_numbers() {
    let ascending = [i32::MIN, -10, -9, 0, 9, 10, i32::MAX].map(|priority| SourceKey { priority, ..KEY });
    assert!(ascending.is_sorted());
}

#[test]
fn a_module_counts_as_its_crate() {
    assert_eq!(CrateName("mango"), CrateName("mango::slice"));
    assert_eq!(CrateName("mango::z"), CrateName("mango::a::b"));
    // What a crate's name begins with comes before it, whatever modules follow: `:` is greater than `2`, less than `_`.
    assert!(CrateName("mango::slice") < CrateName("mango2"));
    assert!(CrateName("mango::slice") < CrateName("mango_tree::leaf"));
}

#[test]
fn versions_are_compared_as_numbers() {
    let ascending =
        [None, Some("0.9.0"), Some("1.0.0"), Some("1.0.0-beta"), Some("1.2.0"), Some("9.0.0"), Some("10.0.0")];
    assert!(ascending.map(Version).is_sorted());
    assert_ne!(Version(Some("1.0.0")), Version(Some("1.0.0+build")));
}
