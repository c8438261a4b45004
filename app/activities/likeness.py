"""Whether two photos may show the same picture. A hint for a person, never a verdict about one.

A photo is known by a small grey square of its detail (`app/foundation/fingerprints.py`). Two stages: the signs of the
lowest waves of that square, and of fourteen smaller windows in it, propose a few of many photos; the two squares laid upon
each other, turned, mirrored, shifted and stretched, confirm. docs/likeness.md tells how well that does.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import combinations
from math import cos, pi, sqrt
from operator import itemgetter, mul

EDGE = 48  # of the grey square, which is row after row, one byte a point
WAVES = 8  # in each direction
BANDS = 4  # words that each window's signs are cut into

Box = tuple[float, float, float, float]  # left, top, right, bottom, in shares of the square
Grid = tuple[tuple[float, ...], ...]  # strength of each wave, [down][across]


def _placed(share: float, *places: tuple[float, float]) -> list[Box]:
    """Windows of that share of the width and height; a place of 0 is at the left or top, 1 at the right or bottom."""
    slack = 1 - share
    return [(slack * x, slack * y, slack * x + share, slack * y + share) for x, y in places]


WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
FIVE = ((0.5, 0.5), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
SIDES = ((0.5, 0.0), (0.0, 0.5), (1.0, 0.5), (0.5, 1.0))
# What remains of a photo of which 10% or 20% was cut away is near to one of these windows of the photo.
WINDOWS: tuple[Box, ...] = (WHOLE, *_placed(0.92, *FIVE), *_placed(0.81, *FIVE), *_placed(0.81, *SIDES))

_BROAD_FIRST = sorted(
    ((down, across) for down in range(WAVES) for across in range(WAVES) if down or across),
    key=lambda wave: (wave[0] ** 2 + wave[1] ** 2, wave),
)
# Bit n of a window's signs is the sign of the nth wave. Each band of 16 bits has broad and fine waves.
ORDER = [wave for band in range(BANDS) for wave in _BROAD_FIRST[band::BANDS]]


# ------------------------------------------------------------------ waves and signs


@cache
def _basis(start: float, end: float) -> tuple[tuple[float, ...], ...]:
    """Cosines over the part `start`..`end` of a row, zero outside it; a point at its rim counts in part."""
    low, high = start * EDGE, end * EDGE
    cover = [max(0.0, min(at + 1, high) - max(at, low)) for at in range(EDGE)]
    return tuple(
        tuple(cos(pi * wave * (at + 0.5 - low) / (high - low)) * cover[at] for at in range(EDGE))
        for wave in range(WAVES)
    )


def waves(grey: bytes) -> list[Grid]:
    """The strength of each wave in each window."""
    rows = [grey[at : at + EDGE] for at in range(0, EDGE * EDGE, EDGE)]
    across: dict[tuple[float, float], list[tuple[float, ...]]] = {}
    for left, _top, right, _bottom in WINDOWS:
        if (left, right) not in across:
            basis = _basis(left, right)
            across[left, right] = [tuple(sum(map(mul, wave, row)) for row in rows) for wave in basis]
    return [
        tuple(tuple(sum(map(mul, wave, column)) for column in across[left, right]) for wave in _basis(top, bottom))
        for left, top, right, bottom in WINDOWS
    ]


def _signs(strengths: Iterable[float]) -> int:
    return sum(1 << bit for bit, strength in enumerate(strengths) if strength > 0)


# ------------------------------------------------------------------ fingerprints


def turned(grey: bytes, way: int) -> bytes:
    """One of eight ways to lay a square: bit 0 mirrors it across, bit 1 down, bit 2 then swaps rows and columns."""
    rows = [grey[at : at + EDGE] for at in range(0, EDGE * EDGE, EDGE)]
    if way & 1:
        rows = [row[::-1] for row in rows]
    if way & 2:
        rows = rows[::-1]
    joined = b"".join(rows)
    return b"".join(joined[at::EDGE] for at in range(EDGE)) if way & 4 else joined


def _turned_waves(grid: Grid, way: int) -> list[float]:
    """The same for waves: mirroring changes the sign of every odd one."""
    strengths = []
    for place in ORDER:
        down, across = place[::-1] if way & 4 else place
        odd = (way & 1 and across % 2) ^ (way >> 1 & 1 and down % 2)
        strengths.append(-grid[down][across] if odd else grid[down][across])
    return strengths


def _words(signs: int, *, whole: bool) -> list[int]:
    """18 bits each: the number of the band and its signs; one more tells the cut windows from the whole."""
    return [(0 if whole else CUT_WINDOW) | band << 16 | signs >> band * 16 & 0xFFFF for band in range(BANDS)]


CUT_WINDOW = 1 << 18


@dataclass(frozen=True)
class Fingerprint:
    """`signs` holds one number of 63 bits a window; `grey` the square that confirms."""

    signs: tuple[int, ...]
    grey: bytes

    @classmethod
    def of(cls, grey: bytes) -> "Fingerprint":
        return cls(tuple(_signs(_turned_waves(grid, 0)) for grid in waves(grey)), grey)

    @classmethod
    def stored(cls, text: str, grey: bytes) -> "Fingerprint":
        return cls(tuple(int(text[at : at + 16], 16) for at in range(0, len(text), 16)), grey)

    @property
    def text(self) -> str:
        return "".join(f"{signs:016x}" for signs in self.signs)

    @property
    def entries(self) -> list[tuple[int, int]]:
        """(word, signs): under each word of each window, what a library keeps to find this photo again."""
        return [(word, signs) for window, signs in enumerate(self.signs) for word in _words(signs, whole=window == 0)]


# ------------------------------------------------------------------ first stage: propose

ASKED = 11  # windows of the new photo that are looked for
# Bits of a word that may be wrong: those whose waves are weakest. More for the whole photo, the likeliest question.
WEAK_IN_WHOLE = 5
WEAK_IN_WINDOW = 2
FAR = 20  # signs that may differ
LEAST_AGREEMENT = 0.67
PROPOSED = 256


@dataclass(frozen=True)
class _Probe:
    """The signs of one window of the question, laid in one of eight ways, and what each sign is worth."""

    way: int
    window: int
    signs: int
    worth: tuple[float, ...]

    @classmethod
    def of(cls, grid: Grid, way: int, window: int) -> "_Probe":
        strengths = _turned_waves(grid, way)
        worth = [sqrt(abs(strength) * _HEIGHT[bit]) for bit, strength in enumerate(strengths)]
        total = sum(worth) or 1
        return cls(way, window, _signs(strengths), tuple(one / total for one in worth))

    def words(self) -> Iterator[int]:
        for band, word in enumerate(_words(self.signs, whole=True)):
            bits = range(band * 16, min(band * 16 + 16, len(ORDER)))
            weak = sorted(bits, key=self.worth.__getitem__)[: WEAK_IN_WINDOW if self.window else WEAK_IN_WHOLE]
            for flips in _subsets(tuple(1 << bit % 16 for bit in weak)):
                yield word ^ flips

    def agreement(self, signs: int) -> float:
        """Between 0 and 1: the worth of the signs that agree."""
        differing = self.signs ^ signs
        lost = 0.0
        while differing:
            low = differing & -differing
            lost += self.worth[low.bit_length() - 1]
            differing ^= low
        return 1 - lost


_HEIGHT = [sqrt(down * down + across * across) for down, across in ORDER]


@lru_cache(maxsize=4096)
def _subsets(bits: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sum(some) for size in range(len(bits) + 1) for some in combinations(bits, size))


class Question:
    """A photo to be compared with others: its detail laid in all eight ways, prepared once."""

    def __init__(self, print_: Fingerprint) -> None:
        self.print = print_
        grids = waves(print_.grey)
        self.probes = [_Probe.of(grid, way, window) for window, grid in enumerate(grids[:ASKED]) for way in range(8)]

    @cached_property
    def greys(self) -> list[bytes]:
        return [turned(self.print.grey, way) for way in range(8)]

    @cached_property
    def words(self) -> dict[int, list[_Probe]]:
        """The whole is looked for among wholes and windows, a window of it among wholes only."""
        found: dict[int, list[_Probe]] = {}
        for probe in self.probes:
            for word in probe.words():
                found.setdefault(word, []).append(probe)
                if probe.window == 0:
                    found.setdefault(word | CUT_WINDOW, []).append(probe)
        return found


Library = Callable[[Iterable[int]], Iterable[tuple[int, int, int]]]


def candidates(question: Question, library: Library) -> list[int]:
    """Keys of the photos to look at, the likeliest first.

    `library` answers for some words all (word, key, signs) that were kept from `Fingerprint.entries`.
    """
    words = question.words
    best: dict[int, float] = {}
    for word, key, signs in library(words):
        for probe in words[word]:
            if (probe.signs ^ signs).bit_count() <= FAR:
                agreement = probe.agreement(signs)
                if agreement > best.get(key, LEAST_AGREEMENT):
                    best[key] = agreement
    return sorted(best, key=lambda key: (-best[key], key))[:PROPOSED]


# ------------------------------------------------------------------ second stage: confirm

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
