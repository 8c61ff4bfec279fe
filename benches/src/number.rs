//! Numbers as they are read best.

/// With three digits at least, and commas between the thousands.
pub fn number(value: f64) -> String {
    let decimals = match value.abs() {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.decimals$}");
    let (sign, digits) = text.strip_prefix('-').map_or(("", &*text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let groups: Vec<_> = whole.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    format!("{sign}{}{fraction}", groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        let numbers = [0.0, -7.25, 99.94, 100.4, 1234.5, 1_000_000.0].map(number);
        assert_eq!(numbers, ["0.00", "-7.25", "99.9", "100", "1,234", "1,000,000"]);
    }
}
