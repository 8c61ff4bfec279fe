//! What decides the order among crates.

use std::cmp::Ordering;

/// What the compiler tells about the crate of an annotated function.
#[derive(Clone, Copy, Debug)]
pub struct CrateKey {
    /// Whether the crate is the final program, which comes after the libraries that it uses.
    in_final_program: bool,
    name: &'static str,
    /// Tells two crates of one name from each other: the package's version…
    version: Option<&'static str>,
    /// …and its name.
    package: Option<&'static str>,
}

impl CrateKey {
    /// Of the crate of that module: only the crate's name counts, since between modules of a crate the source decides.
    #[must_use]
    pub const fn new(
        in_final_program: bool,
        module_path: &'static str,
        version: Option<&'static str>,
        package: Option<&'static str>,
    ) -> Self {
        let mut length = 0;
        while length < module_path.len() && module_path.as_bytes()[length] != b':' {
            length += 1;
        }
        Self { in_final_program, name: module_path.split_at(length).0, version, package }
    }

    #[cfg(test)]
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Later in this order is later registered.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.in_final_program
            .cmp(&other.in_final_program)
            .then_with(|| self.name.cmp(other.name))
            .then_with(|| compare_versions(self.version, other.version))
            .then_with(|| self.package.cmp(&other.package))
    }
}

/// Number by number, so that 10.0.0 comes after 9.0.0; then as text.
fn compare_versions(version: Option<&str>, other: Option<&str>) -> Ordering {
    if version == other {
        return Ordering::Equal;
    }
    numbers(version).cmp(&numbers(other)).then(version.cmp(&other))
}

fn numbers(version: Option<&str>) -> [u64; 3] {
    let mut rest = version.unwrap_or_default().as_bytes();
    [(); 3].map(|()| {
        let (part, after) = until(rest, b'.');
        rest = after;
        let digits = part.iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |number: u64, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    })
}

/// What comes before that byte, and what after; everything and nothing, if it isn't there.
fn until(text: &[u8], byte: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|&other| other == byte) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: CrateKey = CrateKey::new(false, "mango::slice", Some("1.0.0"), Some("orchard"));

    fn is_ascending(keys: &[CrateKey]) -> bool {
        keys.is_sorted_by(|one, other| one.compare(other).is_lt() && other.compare(one).is_gt())
    }

    #[test]
    fn an_earlier_field_outweighs_all_later_ones() {
        assert!(is_ascending(&[
            CrateKey { name: "apple", version: Some("9.0.0"), ..KEY },
            CrateKey { version: None, ..KEY },
            CrateKey { version: Some("0.9.0"), ..KEY },
            CrateKey { package: None, ..KEY },
            CrateKey { package: Some("garden"), ..KEY },
            KEY,
            CrateKey { package: Some("shop"), ..KEY },
            CrateKey { version: Some("1.0.1"), ..KEY },
            CrateKey { name: "zebra", version: None, ..KEY },
            CrateKey { in_final_program: true, name: "aardvark", version: None, ..KEY },
        ]));
    }

    #[test]
    fn a_module_counts_as_its_crate() {
        for path in ["mango", "mango::z::a"] {
            let other = CrateKey::new(false, path, Some("1.0.0"), Some("orchard"));
            assert_eq!(KEY.compare(&other), Ordering::Equal);
        }
        // What a crate's name begins with comes before it, whatever modules follow.
        for longer in ["mango2", "mango_tree"] {
            assert!(is_ascending(&[KEY, CrateKey { name: longer, ..KEY }]));
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let versions = [
            None,
            Some("0.9.0"),
            Some("1.0.0"),
            Some("1.0.0+build"),
            Some("1.0.0-beta"),
            Some("1.2.0"),
            Some("9.0.0"),
            Some("10.0.0"),
        ];
        assert!(is_ascending(&versions.map(|version| CrateKey { version, ..KEY })));
    }
}
