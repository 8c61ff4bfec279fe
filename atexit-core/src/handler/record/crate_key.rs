//! What decides the order among crates.

use std::cmp::Ordering;
use std::ptr;

/// What the compiler and cargo tell about the crate of an annotated function.
#[derive(Clone, Copy, Debug)]
pub struct CrateKey {
    /// Whether it is compiled to a program: a binary, an example or a test.
    pub is_program: bool,
    /// The function's module. Only the crate's name counts, since between modules of a crate the source decides.
    pub module_path: &'static str,
    /// The name of its package, which tells two crates of one name from each other. Empty without cargo.
    pub package: &'static str,
    /// The version of its package.
    pub version: &'static str,
}

impl CrateKey {
    /// Later in this order is later registered.
    #[inline]
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        if ptr::eq(self, other) { Ordering::Equal } else { self.compare_fields(other) }
    }

    #[cold]
    #[inline(never)]
    fn compare_fields(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }

    /// What decides, in this order: whether it is the final program; its name; its version, number by number, so that
    /// 10.0.0 comes after 9.0.0, and then as text; its package.
    #[inline(never)]
    fn order(&self) -> (bool, &'static str, [u64; 3], &'static str, &'static str) {
        (self.is_final_program(), self.name(), numbers(self.version), self.version, self.package)
    }

    /// Whether the crate is the final program, which comes after the libraries that it uses. Examples of documentation
    /// are known by the names that rustdoc gives them: those that it runs together are compiled to a library.
    fn is_final_program(&self) -> bool {
        let name = self.name();
        self.is_program || name.starts_with("doctest_bundle_") || name == "rust_out"
    }

    pub(crate) fn name(&self) -> &'static str {
        let end = self.module_path.bytes().position(|byte| byte == b':');
        end.and_then(|end| self.module_path.get(..end)).unwrap_or(self.module_path)
    }
}

/// The numbers of a version.
fn numbers(version: &str) -> [u64; 3] {
    let (mut numbers, mut at) = ([0_u64; 3], 0);
    for byte in version.bytes() {
        match (byte, numbers.get_mut(at)) {
            (b'.', _) => at += 1,
            (b'0'..=b'9', Some(number)) => *number = number.saturating_mul(10).saturating_add((byte - b'0').into()),
            _ => break,
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: CrateKey =
        CrateKey { is_program: false, module_path: "mango::slice", package: "orchard", version: "1.0.0" };

    fn is_ascending(keys: &[CrateKey]) -> bool {
        keys.is_sorted_by(|one, other| one.compare(other).is_lt() && other.compare(one).is_gt())
    }

    #[test]
    fn an_earlier_field_outweighs_all_later_ones() {
        assert!(is_ascending(&[
            CrateKey { module_path: "apple", version: "9.0.0", ..KEY },
            CrateKey { version: "", ..KEY },
            CrateKey { version: "0.9.0", ..KEY },
            CrateKey { package: "", ..KEY },
            CrateKey { package: "garden", ..KEY },
            KEY,
            CrateKey { package: "shop", ..KEY },
            CrateKey { version: "1.0.1", ..KEY },
            CrateKey { module_path: "zebra", version: "", ..KEY },
            CrateKey { is_program: true, module_path: "aardvark", version: "", ..KEY },
        ]));
    }

    #[test]
    fn a_module_counts_as_its_crate() {
        for module_path in ["mango", "mango::z::a"] {
            assert_eq!(KEY.compare(&CrateKey { module_path, ..KEY }), Ordering::Equal);
        }
        // What a crate's name begins with comes before it, whatever modules follow.
        for module_path in ["mango2", "mango_tree"] {
            assert!(is_ascending(&[KEY, CrateKey { module_path, ..KEY }]));
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let versions = ["", "0.9.0", "1.0.0", "1.0.0+build", "1.0.0-beta", "1.2.0", "9.0.0", "10.0.0"];
        assert!(is_ascending(&versions.map(|version| CrateKey { version, ..KEY })));
    }

    #[test]
    fn examples_of_documentation_are_a_program() {
        for module_path in ["doctest_bundle_2024::__doctest_1", "rust_out"] {
            assert!(CrateKey { module_path, ..KEY }.is_final_program(), "{module_path}");
        }
        for module_path in ["doctest", "rust_outer", "bundle::doctest_bundle_2024"] {
            let library = CrateKey { module_path, ..KEY };
            assert!(!library.is_final_program(), "{module_path}");
            assert!(CrateKey { is_program: true, ..library }.is_final_program(), "{module_path}");
        }
    }
}
