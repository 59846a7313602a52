#!/usr/bin/env python3
"""Makes examples/show.svg from what `mimi show` prints: the picture in the README.

usage: examples/picture.py           writes the picture
       examples/picture.py --check   says whether it is what the program prints now

Needs the program built (`cargo build --release`) and nothing but Python.
"""
import html
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PICTURE = ROOT / "examples" / "show.svg"
COMMAND = ["show", "examples/welcome.edn", "--width", "72"]

COLOURS = {31: "#e5534b", 32: "#57ab5a", 34: "#6cb6ff", 35: "#dcbdfb", 36: "#76e3ea"}
STEP = re.compile(r"\x1b\[([0-9;]*)m|\x1b\]8;;[^\x1b]*\x1b\\")
WIDTH, HEIGHT, MARGIN = 8.4, 20, 16


def run():
    env = dict(os.environ, CLICOLOR_FORCE="1", TERM="xterm-256color")
    env.pop("NO_COLOR", None)
    program = TARGET / "release" / "mimi"
    return subprocess.run([program, *COMMAND], cwd=ROOT, env=env, check=True,
                          capture_output=True).stdout.decode()


def spans(text):
    """Pairs of text and the set of its looks."""
    look, at = set(), 0
    for step in STEP.finditer(text):
        if step.start() > at:
            yield text[at:step.start()], frozenset(look)
        at = step.end()
        if step.group(1) is not None:
            for code in map(int, filter(None, step.group(1).split(";") or ["0"])):
                if code == 0:
                    look = set()
                else:
                    look.add(code)
            if not step.group(1):
                look = set()
    if at < len(text):
        yield text[at:], frozenset(look)


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def style(look):
    out = []
    for code in sorted(look):
        if code in COLOURS:
            out.append(f'fill="{COLOURS[code]}"')
        elif code == 1:
            out.append('font-weight="bold"')
        elif code == 2:
            out.append('fill="#768390"')
        elif code == 3:
            out.append('font-style="italic"')
        elif code == 4:
            out.append('text-decoration="underline"')
        elif code == 9:
            out.append('text-decoration="line-through"')
    return " ".join(out)


def picture():
    lines = [["$ mimi " + " ".join(COMMAND[:2])]] + [[line] for line in run().rstrip("\n").split("\n")]
    rows, widest, look = [], 0, None
    for number, [line] in enumerate(lines):
        y, x = MARGIN + HEIGHT * (number + 0.75), 0
        for text, look in spans(line):
            if text.strip():
                lead = len(text) - len(text.lstrip(" "))
                left = MARGIN + WIDTH * (x + lead)
                body = html.escape(text.strip(" "), quote=False)
                rows.append(f'<text x="{left:.1f}" y="{y:.1f}" {style(look)}'.rstrip() + f">{body}</text>")
            x += columns(text)
        widest = max(widest, x)
    wide, high = int(widest * WIDTH + 2 * MARGIN), len(lines) * HEIGHT + 2 * MARGIN
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" role="img" '
            f'aria-label="A message shown in the terminal">\n'
            f'<rect width="100%" height="100%" rx="8" fill="#22272e"/>\n'
            f'<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#adbac7" xml:space="preserve">\n')
    return head + "\n".join(rows) + "\n</g>\n</svg>\n"


if __name__ == "__main__":
    made = picture()
    if sys.argv[1:] == ["--check"]:
        if PICTURE.read_text(encoding="utf-8") != made:
            sys.exit("examples/show.svg is not what the program prints: run examples/picture.py")
    else:
        PICTURE.write_text(made, encoding="utf-8")
