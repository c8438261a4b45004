"""The first stage of likeness: what is kept of a photo, and which of many photos are worth a closer look.

The signs of the lowest waves of a small grey square (`app/foundation/fingerprints.py`), and of fourteen smaller windows
in it, are the words under which a library keeps a photo. `likeness` confirms. docs/likeness.md tells how well that does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import combinations
from math import cos, pi, sqrt
from operator import mul

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


# ------------------------------------------------------------------ a question and what it proposes

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
