//! Figures as a table in Markdown.

use crate::figures::Figure;

pub fn of(figures: &[Figure]) -> String {
    let head = ["", "`atexit`", "beside it", "", "ratio"].map(str::to_owned);
    let rows = figures.iter().map(|figure| {
        let ours = format!("{} {}", number(figure.ours), figure.unit);
        [figure.what.clone(), ours, figure.peer.clone(), number(figure.theirs), format!("{:.2} ×", figure.ratio())]
    });
    let rows: Vec<_> = [head].into_iter().chain(rows).collect();
    let widths = [0, 1, 2, 3, 4].map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    // What is a number stands at the right.
    let is_number = [false, true, false, true, true];
    let line = |row: &[String; 5]| {
        let cells = [0, 1, 2, 3, 4].map(|column| match (&row[column], widths[column], is_number[column]) {
            (cell, width, true) => format!(" {cell:>width$} |"),
            (cell, width, false) => format!(" {cell:width$} |"),
        });
        format!("|{}", cells.concat())
    };
    let below_head = [0, 1, 2, 3, 4].map(|column| {
        let dashes = "-".repeat(widths[column] + 1);
        if is_number[column] { format!("{dashes}:|") } else { format!("{dashes}-|") }
    });
    let mut lines: Vec<_> = rows.iter().map(line).collect();
    lines.insert(1, format!("|{}", below_head.concat()));
    lines.join("\n")
}

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
