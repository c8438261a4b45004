"""Two texts side by side: what the second adds and drops, and one text that keeps the additions of both."""

from dataclasses import dataclass
from difflib import SequenceMatcher

Piece = tuple[str, str]
"""Kind ("same", "ins" or "del") and text."""


def changes(old: str, new: str) -> list[Piece]:
    """How `new` came from `old`, character by character."""
    pieces: list[Piece] = []
    for kind, a, b, c, d in _steps(old, new):
        if kind == "equal":
            pieces.append(("same", old[a:b]))
            continue
        if a < b:
            pieces.append(("del", old[a:b]))
        if c < d:
            pieces.append(("ins", new[c:d]))
    return pieces


def merged(mine: str, theirs: str) -> str:
    """A proposal that loses nothing: additions of both stay; where both wrote something else, mine follows theirs."""
    parts = []
    for kind, a, b, c, d in _steps(theirs, mine):
        parts.append(theirs[a:b])
        if kind != "equal":
            parts.append(mine[c:d])
    return "".join(parts)


@dataclass(frozen=True)
class Both:
    """What two people wrote at once: each against the other, and one text to begin with."""

    mine: list[Piece]
    theirs: list[Piece]
    merged: str


def both(mine: str, theirs: str) -> Both:
    return Both(changes(theirs, mine), changes(mine, theirs), merged(mine, theirs))


def _steps(old: str, new: str) -> list[tuple[str, int, int, int, int]]:
    """Short accidental matches inside a rewritten passage are joined to it: they would only make the marks flicker."""
    out: list[tuple[str, int, int, int, int]] = []
    for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        kind, _, b, _, d = step
        short = kind == "equal" and step[2] - step[1] < 2 and step[1] > 0 and step[2] < len(old)
        if out and out[-1][0] != "equal" and (short or kind != "equal"):
            _, a, _, c, _ = out[-1]
            out[-1] = ("replace", a, b, c, d)
        else:
            out.append(("replace", *step[1:]) if short else step)
    return out
