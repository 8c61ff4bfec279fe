//! Figures as a table in Markdown.

use crate::figure::Figure;
use crate::limits::{AtMost, Limits};
use crate::number::number;

/// A cell of the head, and whether what is below is a number, which stands at the right.
const HEAD: [(&str, bool); 6] =
    [("", false), ("`atexit`", true), ("beside it", false), ("", true), ("ratio", true), ("at most", true)];

pub fn of(figures: &[Figure], limits: &Limits) -> String {
    let head = HEAD.map(|(cell, _)| cell.to_owned());
    let rows: Vec<_> = [head].into_iter().chain(figures.iter().map(|figure| row(figure, limits))).collect();
    let columns = HEAD.iter().enumerate().map(|(column, &(_, is_number))| {
        let width = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        (width, is_number)
    });
    let columns: Vec<(usize, bool)> = columns.collect();
    let below_head = columns.iter().map(|&(width, is_number)| {
        let dashes = "-".repeat(width + 1);
        if is_number { format!("{dashes}:|") } else { format!("{dashes}-|") }
    });
    let mut lines: Vec<_> = rows.iter().map(|row| line(row, &columns)).collect();
    lines.insert(1, format!("|{}", below_head.collect::<String>()));
    lines.join("\n")
}

fn row(figure: &Figure, limits: &Limits) -> [String; HEAD.len()] {
    let ours = format!("{} {}", number(figure.ours), figure.unit);
    let ratio = format!("{:.2} ×", figure.ratio());
    let limit = limits.of(figure).map(|limit| limit.at_most);
    let at_most = match limit {
        Some(AtMost::Ratio(ratio)) => format!("{ratio:.2} ×"),
        Some(AtMost::Ours(most)) => format!("{} {}", number(most), figure.unit),
        None => String::new(),
    };
    [figure.what.clone(), ours, figure.peer.clone(), number(figure.theirs), ratio, at_most]
}

fn line(row: &[String], columns: &[(usize, bool)]) -> String {
    let cells =
        row.iter().zip(columns).map(
            |(cell, &(width, is_number))| {
                if is_number { format!(" {cell:>width$} |") } else { format!(" {cell:width$} |") }
            },
        );
    format!("|{}", cells.collect::<String>())
}
