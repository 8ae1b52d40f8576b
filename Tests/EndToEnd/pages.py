"""The pages of docs/how-to as programs: their commands, and what they say one sees.

A block of `sh` is run; `sh exit=1` must end with that status. The block of `text` after it names
lines of its output, in order; "…" stands for anything, and lines between them may be left out. What a
reader is assumed to have stands in a comment that begins with `set-up` and is run in its place.
"""

import dataclasses
import re

import root

FOLDER = root.PROJECT / "docs" / "how-to"

_PIECE = re.compile(
    r"^```(?P<kind>[^\n]*)\n(?P<block>.*?)^```$|^<!-- set-up\n(?P<setup>.*?)^-->$",
    re.MULTILINE | re.DOTALL,
)


@dataclasses.dataclass
class Piece:
    """Some commands of a page."""

    commands: str
    line: int
    status: int = 0
    expected: list = dataclasses.field(default_factory=list)


def all_pages():
    """The names of all pages."""
    return sorted(path.stem for path in FOLDER.glob("*.md"))


def pieces(text):
    """The commands of a page, in order."""
    found = []
    for match in _PIECE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        kind = (match["kind"] or "").split()
        if match["setup"] is not None:
            found.append(Piece(match["setup"], line))
        elif kind[:1] == ["sh"]:
            status = int(kind[1].removeprefix("exit=")) if len(kind) > 1 else 0
            found.append(Piece(match["block"], line, status))
        elif kind == ["text"]:
            assert found, f"line {line}: output before any command"
            found[-1].expected = match["block"].splitlines()
        else:
            raise AssertionError(f"line {line}: a block that is neither sh nor text")
    return found


def missing(expected, output):
    """The first expected line that does not come where it should; None if all do."""
    lines = iter(output.splitlines())
    for wanted in expected:
        pattern = ".*".join(map(re.escape, wanted.split("…")))
        if not any(re.fullmatch(pattern, line) for line in lines):
            return wanted
    return None
