"""Whether two photos may show the same picture. A hint for a person, never a verdict about one.

The second stage: what `photo_signs` proposed is laid upon the new photo, turned, mirrored, shifted and stretched, grey
square upon grey square, and confirmed where the two agree. docs/likeness.md tells how well that does.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from operator import itemgetter, mul

from app.photos.photo_signs import EDGE, WINDOWS, Box, Fingerprint, Question

SEEDS = 3
FINE = 96  # steps of an alignment along the square
POINTS = 20  # compared in each direction while the best alignment is sought
LEAST_OVERLAP = 0.6
HOPELESS = 0.4  # correlation below which no shifting is tried
PROMISING = 0.6
QUARTER = EDGE // 4
FAINT = 100.0  # spread of greys below which a block counts as plain
ALIKE = 0.71
# A stretch that is uneven may still be a cut on one side, but is what strangers need in order to meet.
EVEN = 1.07
ALIKE_UNEVEN = 0.8


@dataclass(frozen=True)
class Laid:
    """Where the edges of the one square come to lie on the other, and by how much its ends lean, in steps of FINE."""

    left: int
    top: int
    right: int
    bottom: int
    lean_across: int = 0
    lean_down: int = 0

    def moved(self, move: "Move", step: int) -> "Laid":
        return Laid(*(edge + step * way for edge, way in zip(self.edges, move, strict=True)))

    @property
    def edges(self) -> tuple[int, ...]:
        return (self.left, self.top, self.right, self.bottom, self.lean_across, self.lean_down)

    @property
    def stretch(self) -> float:
        return (self.right - self.left) / (self.bottom - self.top)

    @property
    def share(self) -> float:
        """The area of the one in that of the other."""
        return (self.right - self.left) * (self.bottom - self.top) / FINE**2


Move = tuple[int, int, int, int, int, int]
SHIFTS: tuple[Move, ...] = (
    (1, 0, 1, 0, 0, 0), (0, 1, 0, 1, 0, 0), (-1, -1, 1, 1, 0, 0),
    (1, 0, 0, 0, 0, 0), (0, 1, 0, 0, 0, 0), (0, 0, 1, 0, 0, 0), (0, 0, 0, 1, 0, 0),
)  # fmt: skip
LEANS: tuple[Move, ...] = ((0, 0, 0, 0, 1, -1), (0, 0, 0, 0, 1, 0), (0, 0, 0, 0, 0, 1))


@lru_cache(maxsize=1024)
def _meeting(laid: Laid, points: int) -> tuple[Sequence[int], Sequence[int]]:
    """Points of the one square and the points of the other that they lie upon."""
    wide, tall = (laid.right - laid.left) / points, (laid.bottom - laid.top) / points
    scale = EDGE / FINE
    own, its = array("H"), array("H")
    for down in range(points):
        shift = laid.left + laid.lean_across * ((down + 0.5) / points - 0.5)
        for across in range(points):
            x = shift + wide * (across + 0.5)
            y = laid.top + tall * (down + 0.5) + laid.lean_down * ((across + 0.5) / points - 0.5)
            if 0 <= x < FINE and 0 <= y < FINE:
                own.append(int((down + 0.5) / points * EDGE) * EDGE + int((across + 0.5) / points * EDGE))
                its.append(int(y * scale) * EDGE + int(x * scale))
    return own, its


def _correlation(first: Sequence[int], second: Sequence[int], faint: float = 0.0) -> float:
    """Between -1 and 1. `faint` is added to what varies, so that two plain parts count as alike."""
    count = len(first)
    sum_1, sum_2 = sum(first), sum(second)
    faint *= count * count
    spread_1 = count * sum(map(mul, first, first)) - sum_1 * sum_1 + faint
    spread_2 = count * sum(map(mul, second, second)) - sum_2 * sum_2 + faint
    if spread_1 <= 0 or spread_2 <= 0:
        return -1.0
    return float(count * sum(map(mul, first, second)) - sum_1 * sum_2 + faint) / sqrt(spread_1 * spread_2)


def _fit(one: bytes, other: bytes, laid: Laid) -> float:
    if min(laid.right - laid.left, laid.bottom - laid.top) < FINE * LEAST_OVERLAP:
        return -1.0
    own, its = _meeting(laid, POINTS)
    if len(own) < POINTS * POINTS * LEAST_OVERLAP:
        return -1.0
    return _correlation(itemgetter(*own)(one), itemgetter(*its)(other))


def _settled(one: bytes, other: bytes, laid: Laid, moves: Iterable[Move], steps: Iterable[int]) -> tuple[float, Laid]:
    """Moves in ever finer steps as long as the squares agree better."""
    best = _fit(one, other, laid)
    for step in steps:
        moved = True
        while moved:
            moved = False
            for move in moves:
                for way in (step, -step):
                    tried = laid.moved(move, way)
                    score = _fit(one, other, tried)
                    if score > best:
                        best, laid, moved = score, tried, True
    return best, laid


def _middle(one: bytes, other: bytes, laid: Laid) -> float:
    """How well the worst of the four blocks about the middle agrees, each moved by a point where that is better.

    Borders, cuts, dates, hands and glare seldom reach the middle; two sheets of writing or two screens on a wall agree
    all around and differ there.
    """
    own, its = _meeting(laid, EDGE)
    blocks: dict[tuple[bool, bool], list[int]] = {}
    for at, point in enumerate(own):
        down, across = point // EDGE, point % EDGE
        if QUARTER <= down < EDGE - QUARTER and QUARTER <= across < EDGE - QUARTER:
            blocks.setdefault((down < EDGE // 2, across < EDGE // 2), []).append(at)
    rim = bytes(EDGE + 1)
    padded = rim + other + rim
    worst = 1.0
    for places in blocks.values():
        first = itemgetter(*(own[at] for at in places))(one)
        theirs = [its[at] + len(rim) for at in places]
        worst = min(
            worst,
            max(
                _correlation(first, itemgetter(*(at + down * EDGE + across for at in theirs))(padded), FAINT)
                for down in (0, -1, 1)
                for across in (0, -1, 1)
            ),
        )
    return worst


def _seeds(question: Question, other: Fingerprint) -> list[tuple[int, Laid]]:
    """The likeliest ways to lay the one upon the other, by the signs of their windows."""
    whole = other.signs[0]
    found = [((probe.signs ^ whole).bit_count(), probe.way, probe.window, 0) for probe in question.probes]
    found += [
        ((probe.signs ^ signs).bit_count(), probe.way, 0, window)
        for probe in question.probes[:8]
        for window, signs in enumerate(other.signs[1:], 1)
    ]
    return [(way, _lay(WINDOWS[own], WINDOWS[its])) for _far, way, own, its in sorted(found)[:SEEDS]]


@cache
def _lay(own: Box, its: Box) -> Laid:
    """The alignment in which window `own` of the one lies on window `its` of the other."""
    edges = []
    for low, high in ((0, 2), (1, 3)):
        stretch = (its[high] - its[low]) / (own[high] - own[low])
        start = its[low] - own[low] * stretch
        edges.append((round(start * FINE), round((start + stretch) * FINE)))
    (left, right), (top, bottom) = edges
    return Laid(left, top, right, bottom)


@dataclass(frozen=True)
class Likeness:
    """`fit` is the correlation of the two squares, `middle` that of their middles; `way` and `laid` say how they meet."""

    fit: float
    middle: float
    way: int
    laid: Laid

    @property
    def words(self) -> str:
        """What was done to the older photo to make the new one, as far as it shows."""
        found = [TURNS[self.way]] if self.way else []
        part = self.laid.share
        if part < 1 - SAME:
            found.append(f"裁剪过（新照片约为原画面的 {_tens(part)}）")
        elif part > 1 + SAME:
            found.append(f"画面放宽过（另一张约为新照片画面的 {_tens(1 / part)}）")
        return "，".join(found) or "整张画面基本相同"


def _tens(share: float) -> str:
    """No finer than it is known."""
    return f"{round(share * 10) * 10}%"


SAME = 0.08  # of the area, below which it is called the whole
TURNS = ("", "左右翻转过", "上下翻转过", "倒转过", "翻转并转过 90°", "转过 90°", "转过 90°", "翻转并转过 90°")


def verdict(question: Question, other: Fingerprint) -> Likeness | None:
    """How the two photos are alike, or None."""
    fit, way, laid = max(
        ((_fit(question.greys[way], other.grey, laid), way, laid) for way, laid in _seeds(question, other)),
        key=itemgetter(0),
    )
    if fit < HOPELESS:
        return None
    one = question.greys[way]
    fit, laid = _settled(one, other.grey, laid, SHIFTS, (4, 2, 1))
    if fit < PROMISING:
        return None
    fit, laid = _settled(one, other.grey, laid, (*SHIFTS, *LEANS), (2, 1))
    middle = _middle(one, other.grey, laid)
    needed = ALIKE if 1 / EVEN <= laid.stretch <= EVEN else ALIKE_UNEVEN
    return Likeness(fit, middle, way, laid) if middle >= needed else None
