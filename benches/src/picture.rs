//! The exact figures as a picture: a bar for each, as long as its ratio.

use std::fmt::Write;

use crate::figure::{Comparison, Figure};
use crate::number::number;

const WIDTH: usize = 700;
const TOP: usize = 72;
const ROW: usize = 44;
/// Where the bars begin.
const LEFT: usize = 232;
/// The length of a ratio of 1, and the largest ratio that has room.
const UNIT: usize = 36;
const LARGEST: usize = 6;
const RIGHT: usize = LEFT + UNIT * LARGEST;

/// It has a background of its own, so that it can be read on any page, light or dark as the reader prefers.
const STYLE: &str = "\
  <style>
    svg { --page: #ffffff; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --peer: #9a6700; --bar: #0969da }
    @media (prefers-color-scheme: dark) {
      svg { --page: #0d1117; --text: #f0f6fc; --quiet: #9198a1; --line: #30363d; --peer: #d29922; --bar: #4493f8 }
    }
    text { font: 13px system-ui, sans-serif; fill: var(--text) }
    .title { font-size: 16px; font-weight: 600 }
    .ratio { font-weight: 600 }
    .quiet { font-size: 12px; fill: var(--quiet) }
    .middle { text-anchor: middle }
    .page { fill: var(--page) }
    .bar { fill: var(--bar) }
    .line { stroke: var(--line) }
    .peer { stroke: var(--peer); stroke-dasharray: 4 3 }
  </style>
";

/// The picture as SVG.
pub fn of(figures: &[Figure]) -> String {
    let height = TOP + ROW * figures.len() + 16;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n  \
         <title>What atexit costs, beside its peers</title>\n{STYLE}"
    );
    let mut add = |element: String| writeln!(svg, "  {element}").expect("a string takes everything");
    add(format!("<rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\" rx=\"6\"/>"));
    add(text("title", 20, 32, "What atexit costs, beside its peers"));
    for ratio in 0..=LARGEST {
        let x = LEFT + UNIT * ratio;
        let class = if ratio == 1 { "peer" } else { "line" };
        let bottom = height - 16;
        add(format!("<line class=\"{class}\" x1=\"{x}\" y1=\"{TOP}\" x2=\"{x}\" y2=\"{bottom}\"/>"));
        add(text("quiet middle", x, TOP - 8, &format!("{ratio} ×")));
    }
    for (index, figure) in figures.iter().enumerate() {
        let y = TOP + ROW * index;
        let with = match figure.comparison {
            Comparison::Of => "beside",
            Comparison::AddedTo => "added to",
        };
        let (ours, theirs) = (number(figure.ours), number(figure.theirs));
        add(text("", 20, y + 20, &figure.what));
        add(text("quiet", 20, y + 35, &format!("{with} {}", figure.peer)));
        add(bar(y + 12, figure.ratio()));
        add(text("ratio", RIGHT + 24, y + 20, &format!("{:.2} ×", figure.ratio())));
        add(text("quiet", RIGHT + 24, y + 35, &format!("{ours} {with} {theirs} {}", figure.unit)));
    }
    svg + "</svg>\n"
}

fn text(class: &str, x: usize, y: usize, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>")
}

/// A bar, or an arrow if there is no room for it.
fn bar(y: usize, ratio: f64) -> String {
    const HEIGHT: usize = 20;
    if ratio > LARGEST as f64 {
        let (middle, bottom, tip) = (y + HEIGHT / 2, y + HEIGHT, RIGHT + 12);
        return format!("<path class=\"bar\" d=\"M{LEFT} {y}H{RIGHT}L{tip} {middle}L{RIGHT} {bottom}H{LEFT}Z\"/>");
    }
    let width = ratio.max(0.0) * UNIT as f64;
    format!("<rect class=\"bar\" x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"{HEIGHT}\"/>")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::package::folder;
    use crate::recorded::{self, Recorded};

    #[test]
    fn the_picture_shows_the_recorded_figures() {
        let recorded = Recorded::read(&recorded::file()).expect("figures.tsv can be read");
        let picture = fs::read_to_string(folder().join("costs.svg")).expect("costs.svg can be read");
        assert!(picture == of(&recorded.figures), "make it anew with `--picture`");
    }

    #[test]
    fn what_has_no_room_is_an_arrow() {
        assert!(bar(0, 6.0).starts_with("<rect") && bar(0, 6.1).starts_with("<path"));
    }
}
