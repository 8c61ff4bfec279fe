#!/usr/bin/env python3
"""Draws in which order functions are registered, and that they run at exit in the reverse.

    docs/order.py            writes the pictures: `order.svg`, and `order_with_c.svg` with C and C++ among them
    docs/order.py --check    fails if they are not what it would write

Beside each is a Markdown file with the same picture as the target of a link, for the pages of the documentation. The
same bytes on every machine. Every selector begins with a class of the picture, and no line is empty, so that the
picture can also stand inside of an HTML page or a Markdown file.
"""

import base64
import os
import sys
from xml.sax.saxutils import escape

# What is registered, first to last: whose it is, how it is written there, and what runs for it at exit.
BEFORE_MAIN = [
    ("annotated", "#[atexit(priority = -1)] fn log()", "log()"),
    ("annotated", "#[atexit] fn save()", "save()"),
    ("annotated", "#[atexit] fn goodbye()", "goodbye()"),
]
IN_MAIN = [
    ("rust", "atexit::register(commit)", "commit()"),
    ("c", "static Database database;", "~Database()"),
    ("rust", "atexit::register(disconnect)", "disconnect()"),
    ("c", "atexit(restore_terminal);", "restore_terminal()"),
]
LANGUAGES = {"annotated": "Rust, annotated", "rust": "Rust, by call", "c": "C and C++"}

WIDTH = 700
ROW = 38
BOX = 28
# Left edge and width of both columns of boxes.
LEFT, LEFT_WIDTH = 56, 316
RIGHT, RIGHT_WIDTH = 452, 192

STYLE = """\
  <style>
    .atexit-order { --page: #ffffff; --band: #f6f8fa; --text: #1f2328; --quiet: #59636e; --line: #afb8c1 }
    .atexit-order { --annotated: #8250df; --rust: #0969da; --c: #9a6700 }
    @media (prefers-color-scheme: dark) {
      .atexit-order { --page: #0d1117; --band: #161b22; --text: #f0f6fc; --quiet: #9198a1; --line: #57606a }
      .atexit-order { --annotated: #ab7df8; --rust: #4493f8; --c: #d29922 }
    }
    .atexit-order text { font: 13px system-ui, sans-serif; fill: var(--text) }
    .atexit-order .code { font-family: ui-monospace, monospace }
    .atexit-order .title { font-size: 16px; font-weight: 600 }
    .atexit-order .head { font-weight: 600 }
    .atexit-order .quiet { font-size: 12px; fill: var(--quiet) }
    .atexit-order .middle { text-anchor: middle }
    .atexit-order .end { text-anchor: end }
    .atexit-order .page { fill: var(--page) }
    .atexit-order .band { fill: var(--band) }
    .atexit-order .box { fill: var(--page); stroke-width: 1.5 }
    .atexit-order .line { fill: none; stroke: var(--line); stroke-width: 1.5 }
    .atexit-order .annotated { stroke: var(--annotated) }
    .atexit-order .rust { stroke: var(--rust) }
    .atexit-order .c { stroke: var(--c) }
  </style>
"""


def text(classes, x, y, words):
    return f'<text class="{classes}" x="{x}" y="{y}">{escape(words)}</text>'


def box(language, x, y, width, words):
    """A box with code in it, in the colour of its language."""
    return [
        f'<rect class="box {language}" x="{x}" y="{y}" width="{width}" height="{BOX}" rx="4"/>',
        text("code", x + 12, y + 19, words),
    ]


def head(x, y, tip):
    """The head of an arrow, whose tip is `tip` below the ends of its sides, or above."""
    return f"M{x - 5} {y}L{x} {y + tip}L{x + 5} {y}"


def band(y, rows, words, slots):
    """What stands behind the rows of one time, and what is said of them above."""
    height = 30 + ROW * rows
    return [
        f'<rect class="band" x="40" y="{y}" width="{WIDTH - 80}" height="{height}" rx="6"/>',
        text("head", LEFT, y + 20, words),
        *([text("quiet end", RIGHT + RIGHT_WIDTH, y + 20, slots)] if slots else []),
    ]


def picture(with_c):
    """With C and C++ and the slots of the C runtime, or with handlers alone."""
    in_main = [row for row in IN_MAIN if with_c or row[0] != "c"]
    elements = [
        text("title", 20, 32, "Handlers run in the reverse order of registration"),
        text("head", 40, 66, "Registered, from top to bottom"),
        text("head end", WIDTH - 40, 66, "At exit, from bottom to top"),
    ]
    y = top = 78
    number, count = 0, len(BEFORE_MAIN) + len(in_main)
    for rows, words, slots in [
        (BEFORE_MAIN, "Before main", "one slot in the C runtime's list, for all of them"),
        (in_main, "While main runs", "a slot of its own for each"),
    ]:
        elements += band(y, len(rows), words, slots if with_c else "")
        y += 30
        for language, registration, runs in rows:
            middle = y + BOX // 2
            run = f"{count - number}. {runs}"
            number += 1
            elements += box(language, LEFT, y, LEFT_WIDTH, f"{number}. {registration}")
            elements += [f'<path class="line" d="M{LEFT + LEFT_WIDTH} {middle}H{RIGHT}"/>']
            elements += box(language, RIGHT, y, RIGHT_WIDTH, run)
            y += ROW
        y += 8
    bottom = y - 8
    # Down on the left, and round and up on the right.
    path = f"M20 {top}V{bottom + 12}q0 8 8 8H{WIDTH - 28}q8 0 8 -8V{top}"
    heads = head(20, (top + bottom) // 2, 7) + head(WIDTH - 20, top + 7, -7)
    elements += [f'<path class="line" d="{path}{heads}"/>']
    elements += [
        f'<rect class="page" x="{WIDTH // 2 - 28}" y="{bottom + 8}" width="56" height="24"/>',
        text("head middle", WIDTH // 2, bottom + 25, "exit"),
    ]
    x = 40
    for language, words in LANGUAGES.items():
        if language == "c" and not with_c:
            continue
        elements += [
            f'<rect class="box {language}" x="{x}" y="{bottom + 42}" width="14" height="14" rx="3"/>',
            text("quiet", x + 22, bottom + 53, words),
        ]
        x += 150
    height = bottom + 72
    start = (
        f'<svg class="atexit-order" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"  <title>In which order functions are registered, and in which they run at exit</title>\n{STYLE}"
        f'  <rect class="page" width="{WIDTH}" height="{height}" rx="6"/>\n'
    )
    return start + "".join(f"  {element}\n" for element in elements) + "</svg>\n"


def files():
    """All that is written, by name."""
    for name, with_c in [("order", False), ("order_with_c", True)]:
        svg = picture(with_c)
        yield f"{name}.svg", svg
        yield f"{name}.md", f"[picture]: data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}\n"


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    for name, content in files():
        if sys.argv[1:] != ["--check"]:
            with open(name, "w", encoding="utf-8") as file:
                file.write(content)
        else:
            with open(name, encoding="utf-8") as file:
                if file.read() != content:
                    sys.exit(f"docs/{name} is not what docs/order.py writes")


if __name__ == "__main__":
    main()
